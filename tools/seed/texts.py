"""Texts that people write in a seeded system: notes, tickets, reasons. Each list is drawn from; `{…}` is filled in."""

STICKY_NOTES = (
    "Payment plan agreed: overdue invoices are expected until the end of next quarter. Do not auto-suspend.",
    "Escalate every server ticket to tier 2 straight away.",
    "Only the owner may order anything. Ask by phone before you approve.",
    "Speaks little English: answer in their language or call.",
    "Renewal talks are going on. No discounts without asking first.",
)
NOTES = (
    "Called about the last invoice. They had missed the reminder and will pay by transfer this week.",
    "Wants one invoice a quarter instead of monthly ones from next year on.",
    "Migration of the old mailboxes is done. Ten of them, two with special folders.\nNothing left on the old server.",
    "Asked for an offer for a second server in another data centre. Sent on the same day.",
    "Prefers to be written to, not called. Office hours 9 to 15.",
    "New contact for technical questions, the old one has left the company.",
    "Proof of the registration as a charity has been seen.",
    "Very happy with the answer to the outage, said so twice.",
    "Bank details changed. Checked by calling back on the known number.",
    "Would like to be told before maintenance, at least two days ahead.",
)
TICKETS = (
    (
        "Billing",
        "I can't see my last invoice",
        "Hello,\n\nour accountant asks for the last invoice and the list in the portal "
        "is empty for me. Did it get lost? We need it by Tuesday for the tax return.",
    ),
    (
        "Support",
        "Mail from our server lands in spam",
        "Since Monday everything that we send to two of our customers lands in "
        "spam. Nothing was changed on our side. Can you see why?",
    ),
    (
        "Support",
        "Web shop down: 502 on every page",
        "Every page of the shop answers 502 since ten minutes. This is urgent, we are in the middle of a sale.",
    ),
    (
        "Sales",
        "Order for a larger server",
        "The present one is at its limit every morning. What would the next size cost, and how long is the switch?",
    ),
    ("Billing", "Can we pay by direct debit?", "Hello, is it possible to pay by direct debit instead of by card?"),
    (
        "Support",
        "Please restore yesterday's backup",
        "Somebody deleted the wrong folder. Could you bring back the state of "
        "yesterday evening? Only /uploads is needed.",
    ),
    ("Support", "Raise the memory limit", "Our import of products stops at 256 MB. Please raise the limit to 512 MB."),
    (
        "Billing",
        "Invoice should name our purchase order",
        "Please put PO 77-1182 on the invoice, our bookkeeping sends it back otherwise.",
    ),
    ("Sales", "Discount for a second year", "We are thinking of paying two years at once. Is there a better price?"),
    (
        "Support",
        "Certificate expires in three days",
        "The browser warns of our certificate. Isn't that renewed by itself?",
    ),
    (
        "Support",
        "Which name servers should we use?",
        "We are moving the domain to you. Which name servers do we enter?",
    ),
)
STAFF_REPLIES = (
    "Thank you for writing. We are looking into it and come back to you today.",
    "This is done. Please have a look whether all is well on your side.",
    "We found the cause: a wrong entry from before the move. It is put right, it may take an hour until it is seen everywhere.",
    "Of course. I have made the change, it shows on your next invoice.",
    "Here is what we can offer: the next size for a third more, and the switch takes ten minutes at night.",
)
CLIENT_REPLIES = (
    "That was it, thank you!",
    "Thanks for the quick answer. One more question: does the same go for our second domain?",
    "Still the same here, I'm afraid.",
    "Great. You can close this.",
)
INTERNAL_NOTES = (
    "Their technical contact signs in with the wrong role, that is why the list is empty.",
    "Seen in the logs: 14 refused deliveries, all to the same provider.",
    "Watch this one until tomorrow, it came back twice last month.",
    "Checked the contract: the larger size is within their frame, no approval needed.",
)
CREDIT_REASONS = (
    "Goodwill, three-hour outage",
    "Migration discount, first month",
    "Refers a new client",
    "Billed twice by mistake",
    "Price promise kept",
)
SUSPEND_REASONS = (
    "Unpaid invoices",
    "Client asked to pause while the site is rebuilt",
    "Spam was sent from this account",
)
INVOICE_NOTES = ("Thank you for your business.", "Purchase order 77-1182", "As agreed by phone.")
