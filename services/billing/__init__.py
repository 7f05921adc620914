"""The billing service: accounts, products, orders, services, domains, invoices, payments, the credit ledger, totals."""
