"""Columns of an import's files: the fields that they may go to, and by which names a field is known elsewhere."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from gateway.ui.profile_fields import fields

KINDS = ("clients", "invoices", "invoice_lines")
REASON = "import_reason"
"""The last column of the failed rows as they are downloaded; it is passed over when they are loaded again."""

FULL_NAME, ITS_PARTS = "name", ("first_name", "last_name")
"""A client's name in one column, which the clients service takes apart, and what it stands for."""

# field -> (label, required), as the sample files name the columns
FIELDS = {
    "clients": {
        "external_id": ("External ID", False),
        FULL_NAME: ("Full name", False),
        **{field.name: (field.column or field.label, field.required) for field in fields(importable=True)},
        "currency_code": ("Currency", True),
        "status": ("Status", True),
    },
    "invoices": {
        "external_id": ("External ID", True),
        "client_external_id": ("Client's external ID", True),
        "issue_date": ("Issue date", True),
        "due_date": ("Due date", True),
        "status": ("Status", True),
        "currency_code": ("Currency", True),
        "total": ("Total", True),
        "buyer_company": ("Buyer's company", False),
        "buyer_contact": ("Buyer's contact", False),
        "buyer_address1": ("Buyer's address 1", False),
        "buyer_address2": ("Buyer's address 2", False),
        "buyer_city": ("Buyer's city", False),
        "buyer_state": ("Buyer's state", False),
        "buyer_postcode": ("Buyer's postcode", False),
        "buyer_country": ("Buyer's country", False),
        "buyer_tax_id": ("Buyer's tax ID", False),
    },
    "invoice_lines": {
        "invoice_external_id": ("Invoice's external ID", True),
        "description": ("Description", True),
        "quantity": ("Quantity", True),
        "unit_price": ("Unit price", True),
        "tax_rate": ("Tax rate", False),
    },
}

# What other systems (WHMCS, Blesta, address books, shops) and other languages call a field: letters and digits alone.
SYNONYMS = {
    "clients": {
        "external_id": "id clientid customerid customerno customernumber custno userid clientnumber idcode accountnumber "
        "kundennr kundennummer kundenid kdnr debitor debitornr numeroclient idcliente klantnummer idclient",
        "name": "fullname contactname nom nomcomplet nombrecompleto nomecompleto vollername",
        "first_name": "firstname givenname forename fname given vorname prenom nombre nome voornaam imie fornavn fornamn "
        "first имя 名 contactfirstname billingfirstname",
        "last_name": "lastname surname familyname lname family nachname familienname zuname nomdefamille apellido "
        "apellidos cognome achternaam nazwisko etternavn efternavn efternamn last фамилия 姓 contactlastname billinglastname",
        "email": "emailaddress mail mailaddress email1value primaryemail contactemail billingemail emailadresse mailadresse "
        "courriel adressemail correo correoelectronico emailaddress1 "
        "почта элпочта электроннаяпочта メール メールアドレス 邮箱 电子邮件",
        "company": "companyname organization organisation organisationname organizationname business businessname firma "
        "firmenname unternehmen societe entreprise empresa azienda ragionesociale bedrijf bedrijfsnaam "
        "компания организация 会社 会社名 公司 billingcompany",
        "phone": "phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber cell phone1value telefon "
        "telefonnummer telefonnr handy mobil telefono telefoon portable numerodetelephone телефон 電話 電話番号 电话 billingphone",
        "address1": "address addressline1 street street1 streetaddress addr1 address1street strasse str anschrift adresse "
        "adresse1 strassehausnummer strasseundhausnummer rue direccion indirizzo straat ulica billingaddress1",
        "address2": "addressline2 street2 addr2 suite apartment adresszusatz adresse2 zusatz complementadresse "
        "billingaddress2",
        "city": "town locality stadt ort wohnort ville ciudad citta plaats miasto by stad billingcity",
        "state": "stateprovince province region county stateregion statecounty bundesland kanton provincia departement "
        "billingstate",
        "postcode": "postalcode zip zipcode postzip zippostalcode postleitzahl plz codepostal codigopostal cap postnummer "
        "kodpocztowy billingpostcode billingzip",
        "country": "countrycode countryname countryregion land laendercode landercode laenderkuerzel pays pais paese kraj "
        "billingcountry",
        "currency_code": "currency defaultcurrency curr cur waehrung wahrung devise moneda valuta waluta валюта 通貨 货币",
        "status": "clientstatus customerstatus accountstatus kundenstatus zustand statut estado stato статус 状態 状态",
    },
    "invoices": {
        "external_id": "id invoiceid invoiceno invoicenumber invoicenum invoice rechnung rechnungsnr rechnungsnummer "
        "rechnungnr belegnummer numerofacture",
        "client_external_id": "clientid customerid userid customerno customernumber kundennr kundennummer kundenid",
        "issue_date": "date invoicedate dateissued issued datebilled datum rechnungsdatum belegdatum",
        "due_date": "duedate datedue due faellig fallig faelligam falligam faelligkeit falligkeit zahlbarbis echeance",
        "status": "invoicestatus paymentstatus zustand rechnungsstatus",
        "currency_code": "currency curr cur waehrung wahrung devise moneda",
        "total": "amount totalamount grandtotal invoicetotal betrag gesamt gesamtbetrag summe rechnungsbetrag montant",
        "buyer_company": "company companyname buyer billto billedto customername billingcompany firma rechnungsempfaenger",
        "buyer_contact": "contact contactname attention attn billingcontact ansprechpartner",
        "buyer_address1": "address address1 addressline1 street billingaddress billingaddress1 strasse anschrift adresse",
        "buyer_address2": "address2 addressline2 billingaddress2 adresszusatz adresse2",
        "buyer_city": "city town billingcity ort stadt ville",
        "buyer_state": "county stateprovince billingstate bundesland",
        "buyer_postcode": "postcode postalcode zip zipcode billingpostcode billingzip plz postleitzahl codepostal",
        "buyer_country": "country countrycode billingcountry land pays",
        "buyer_tax_id": "taxid taxnumber vatid vatnumber vatno vatregistration ustid ustidnr steuernummer tvaintracom nif",
    },
    "invoice_lines": {
        "invoice_external_id": "invoiceid invoiceno invoicenumber invoicenum invoice rechnungsnr rechnungsnummer",
        "description": "item name product text details beschreibung bezeichnung artikel designation",
        "quantity": "qty count units menge anzahl quantite cantidad",
        "unit_price": "price unitcost unitamount rate amount einzelpreis preis prixunitaire precio",
        "tax_rate": "taxpercent taxpercentage vatrate vatpercent gstrate mwstsatz ustsatz steuersatz tauxtva",
    },
}


def plain(name: str) -> str:
    """A column's name by its letters and digits alone: "E-Mail", "e_mail" and "É mail" are one."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]", "", "".join(c for c in bare if not unicodedata.combining(c)))


@cache
def _names(kind: str) -> dict[str, str]:
    """{plain name: field} of everything that a field is called."""
    known = {word: field for field, words in SYNONYMS[kind].items() for word in words.split()}
    labels = {plain(label): field for field, (label, _) in FIELDS[kind].items()}
    return {**known, **labels, **{plain(field): field for field in FIELDS[kind]}}


def field_of(kind: str, column: str) -> str | None:
    """The field that a column is named like, if any."""
    return _names(kind).get(plain(column))


def match(kind: str, columns: Iterable[str]) -> dict[str, str]:
    """The columns that are named like a field, {column: field}: one to a field, the field's own name before others."""
    columns = list(columns)
    own = [column for column in columns if column.strip().lower() in FIELDS[kind]]
    found: dict[str, str] = {}
    for column in (*own, *columns):
        field = field_of(kind, column)
        if field is not None and column not in found and field not in found.values():
            found[column] = field
    if kind == "clients":
        found = _with_name(found)
    return {column: found[column] for column in columns if column in found}


def _with_name(found: dict[str, str]) -> dict[str, str]:
    """The columns with what "Name" means beside others: one part of the name where the other has its column, as in
    "Vorname, Name", and nothing where both have."""
    parts = [part for part in ITS_PARTS if part not in found.values()]
    if len(parts) == len(ITS_PARTS):
        return found
    known = {column: field for column, field in found.items() if field != FULL_NAME}
    whole = found.keys() - known.keys()
    return {**known, **dict(zip(whole, parts, strict=False))}


def missing(kind: str, fields_: Iterable[str]) -> list[str]:
    """Required fields that are not among `fields_`."""
    given = set(fields_)
    given.update(ITS_PARTS if FULL_NAME in given else ())
    return [name for name, (_, required) in FIELDS[kind].items() if required and name not in given]
