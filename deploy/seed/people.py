"""Where seeded clients come from: names, companies, streets, currencies and tax of seventeen countries. All of it invented.

The lists are in falling order of how common a name is; whoever draws from them prefers their beginning.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """One country: `vat` in percent, `dial` with which a phone begins, `cities` as (city, state, first part of a postcode)."""

    code: str
    currency: str
    language: str
    vat: str
    dial: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]
    street: str
    trades: tuple[str, ...]
    forms: tuple[str, ...]


def _country(code, currency, language, vat, dial, first, last, cities, street, trades, forms) -> Country:
    places = tuple(tuple(part.strip() for part in city.split("/")) for city in cities.split(","))
    return Country(code, currency, language, vat, dial, tuple(first.split()), tuple(name.strip() for name in last.split(",")),
                   places, street, tuple(trades.split()), tuple(form.strip() for form in forms.split(",")))


COUNTRIES = (
    _country("GB", "GBP", "en", "20", "+44 20 7946 0",
             "Olivia Imogen James Grace Marcus Fern Elliot Gwen Callum Daisy Rhea Alistair Niamh Oscar Poppy Zoë",
             "Smith, Jones, Taylor, Hartley, Marsh, Bellamy, Okafor, Pritchard, Nwosu, Gallacher, Ó Briain, St. John",
             "London//SE1, Bristol//BS1, Leeds//LS2, Glasgow//G12, Cardiff//CF10, York//YO1", "{n} Tanner's Wharf",
             "Studio Consulting Brewing Architects Logistics Dental Media Florists", "Ltd, Ltd, LLP, & Sons"),
    _country("US", "USD", "en", "0", "+1 212 555 0",
             "Emma Liam Jordan Marisol Devon Priya Tyrone Hannah Caleb Renée Diego Aaliyah Noah Beatrice Wyatt Chloë",
             "Johnson, Williams, Garcia, Brown, Nguyen, Martinez, Raman, Washington, Kowalczyk, O'Connor, De la Cruz",
             "Austin/TX/787, Portland/OR/972, Chicago/IL/606, Denver/CO/802, Boston/MA/021, Tampa/FL/336", "{n} Juniper Street",
             "Freight Analytics Roofing Dental Studios Hosting Motors Orchards", "LLC, Inc., LLC, Group"),
    _country("DE", "EUR", "de", "19", "+49 30 901820",
             "Anna Lukas Jürgen Sophie Maximilian Käthe Jörg Lena Björn Frieda Tobias Ursula Günther Mia Sören Ännchen",
             "Müller, Schmidt, Fischer, Weber, Schäfer, Köhler, Groß, Jäger, Renner, Adler, Böttcher, Weiß, Kühn, Öztürk",
             "Berlin//101, Köln//506, München//803, Leipzig//041, Göttingen//370, Hamburg//200", "Lindenstraße {n}",
             "Logistik Elektronik Bäckerei Werkstatt Verlag Gartenbau Steuerberatung", "GmbH, GmbH, AG, e. K., UG"),
    _country("FR", "EUR", "fr", "20", "+33 1 99 00 0",
             "Léa Hugo Amélie Étienne Camille Théo Zoé François Margaux Benoît Noémie Loïc Hélène Maël Renée Gaëlle",
             "Martin, Bernard, Dubois, Lefèvre, Girard, Moreau, Fournier, Beaumont, Rousseau, Noël, Béranger, Châtelain",
             "Paris//750, Lyon//690, Nîmes//300, Besançon//250, Orléans//450, Rennes//350", "{n} rue de l'Église",
             "Boulangerie Conseil Menuiserie Édition Transports Pépinières Médias", "SARL, SAS, SA, et Fils"),
    _country("ES", "EUR", "es", "21", "+34 910 00 0",
             "Lucía Carlos María Andrés Sofía Íñigo Núria Álvaro Begoña Martín Ángela Óscar Inés Joaquín Belén Raúl",
             "García, Fernández, González, Rodríguez, Muñoz, Iglesias, Peña, Benavides, Ibáñez, Núñez, Gómez, Yáñez, Ordóñez",
             "Madrid//280, Cádiz//110, A Coruña//150, Málaga//290, León//240, Logroño//260", "Calle del Olmo, {n}",
             "Consultores Bodegas Muebles Ediciones Talleres Viñedos", "S.L., S.A., y Asociados"),
    _country("PT", "EUR", "pt", "23", "+351 21 000 0",
             "Beatriz João Inês Tomás Leonor Gonçalo Mafalda Vítor Conceição Simão Lídia Estêvão Graça Nuno Íris Sérgio",
             "Silva, Santos, Gonçalves, Carvalho, Almeida, Conceição, Magalhães, Simões, Antunes, Vilaça, Brandão, Falcão",
             "Lisboa//1100, Porto//4000, Évora//7000, Setúbal//2900, Guimarães//4800, Faro//8000", "Rua da Fonte, {n}",
             "Construções Vinhos Cerâmica Serviços Turismo Têxteis", "Lda, S.A., & Filhos"),
    _country("BR", "BRL", "pt", "0", "+55 11 3000 0",
             "Ana José Mariana Antônio Júlia Thaís Caetano Luísa Otávio Flávia Cauã Iara Estevão Débora Ícaro Moacir",
             "Silva, Souza, Oliveira, Gonçalves, Araújo, Assunção, Guimarães, Falcão, Brandão, Paixão, Conceição",
             "São Paulo/SP/01000, Recife/PE/50000, Curitiba/PR/80000, Belém/PA/66000", "Rua das Acácias, {n}",
             "Tecnologia Comércio Transportes Alimentos Informática", "Ltda, S.A., ME"),
    _country("IT", "EUR", "it", "22", "+39 06 0000 0",
             "Giulia Matteo Chiara Niccolò Elisa Davide Letizia Lapo Beatrice Ruggero Mirella Bartolomeo Noemi Cosimo Ilaria",
             "Rossi, Russo, Ferrari, Esposito, D'Angelo, Dell'Acqua, Lo Bianco, Galanti, Marchetti, Pellegrini, Sartori",
             "Roma/RM/001, Milano/MI/201, Forlì/FC/471, Torino/TO/101, Cefalù/PA/900, Bologna/BO/401", "Via dei Mille, {n}",
             "Arredamenti Trasporti Ceramiche Officine Editoriale", "S.r.l., S.p.A., & Figli"),
    _country("SE", "SEK", "sv", "25", "+46 8 400 0",
             "Astrid Björn Linnéa Åsa Göran Märta Örjan Elsa Håkan Tuva Sixten Ingrid Malte Rasmus Ebba Åke",
             "Lindqvist, Lindgren, Åström, Sjöberg, Öberg, Hägg, Norrström, Bäckman, Ekström, Wallén, Åkesson, Törnqvist",
             "Stockholm//111, Göteborg//411, Umeå//903, Malmö//211, Östersund//831, Växjö//352", "Björkvägen {n}",
             "Bygg Snickeri Reklam Åkeri Teknik Trädgård", "AB, AB, & Söner"),
    _country("NO", "NOK", "nb", "25", "+47 22 00 0",
             "Ingrid Øystein Solveig Håkon Åse Torbjørn Bjørg Sigrid Jørn Kåre Frøydis Ragnhild Gaute Maren Pål Synnøve",
             "Hansen, Johansen, Holm, Bjørnstad, Sørensen, Ødegård, Nygård, Håland, Strømme, Fjørtoft, Grønli, Kvæven",
             "Oslo//01, Tromsø//90, Ålesund//60, Bergen//50, Bodø//80, Røros//73", "Fjordgata {n}",
             "Fiskeri Bygg Reiseliv Maskin Rederi", "AS, AS, og Sønner"),
    _country("PL", "PLN", "pl", "23", "+48 22 100 0",
             "Zofia Łukasz Małgorzata Paweł Żaneta Michał Grażyna Sławomir Joanna Świętosława Bożena Tomasz Elżbieta Jędrzej",
             "Nowak, Kowalski, Wiśniewski, Wójcik, Kamiński, Zieliński, Szymańska, Woźniak, Dąbrowski, Kozłowska, Grześkowiak",
             "Warszawa//00-0, Łódź//90-0, Kraków//30-0, Gdańsk//80-0, Wrocław//50-0, Poznań//60-0", "ul. Źródlana {n}",
             "Transport Usługi Piekarnia Budowa Wydawnictwo", "Sp. z o.o., S.A., i Synowie"),
    _country("CZ", "CZK", "cs", "21", "+420 210 000 0",
             "Tereza Jiří Kateřina Ondřej Zdeňka Vojtěch Alžběta Luboš Markéta Řehoř Božena Štěpán Žofie Matěj Růžena",
             "Novák, Svoboda, Dvořák, Černý, Procházková, Kučera, Veselý, Horáček, Němec, Pokorná, Šťastný, Říha, Ďurica",
             "Praha//110, Brno//602, Plzeň//301, Hradec Králové//500, Ústí nad Labem//400", "Růžová {n}",
             "Pekařství Stavby Doprava Nakladatelství Zahradnictví", "s.r.o., a.s., a synové"),
    _country("TR", "TRY", "tr", "20", "+90 212 900 0",
             "Zeynep Mehmet Ayşe Çağlar Gülşen Özgür Ebru İbrahim Şule Oğuzhan Tuğba Ümit Elif Gökhan Işıl Doğan",
             "Yılmaz, Demir, Şahin, Çelik, Öztürk, Kılıç, Aydın, Gündoğdu, Işık, Özdemir, Çakır, Güneş, Doğan",
             "İstanbul//340, Ankara//060, İzmir//350, Muğla//480, Eskişehir//260, Şanlıurfa//630", "Çınar Sokak {n}",
             "Tekstil Lojistik Turizm Gıda Yazılım", "A.Ş., Ltd. Şti., ve Oğulları"),
    _country("JP", "JPY", "ja", "10", "+81 3 4500 0",
             "Hana Kenta Sakura Haruto Yūko Daichi Aoi Ryōta Mei Shōta Kaori Yūdai Chiyo Tarō Nanako Kōji",
             "Satō, Suzuki, Takahashi, Tanaka, Watanabe, Itō, Nakamura, Kobayashi, Takeuchi, Katō, Ōno, Hayashi, Inoue",
             "Tōkyō//100-, Ōsaka//530-, Kyōto//600-, Sapporo//060-, Kōbe//650-, Naha//900-", "{n}-chōme Midori",
             "Shōji Denki Kikai Shuppan Ryokan", "K.K., G.K."),
    _country("KW", "KWD", "en", "0", "+965 2200 0",
             "Noor Faisal Mariam Yousef Dalal Bader Hessa Khalid Lulwa Saad Reem Abdullah Shaikha Nasser",
             "Al-Sabah, Al-Mutairi, Haddad, Al-Rashid, Behbehani, Al-Enezi, Mansour, Al-Kandari, Qabazard, Al-Fahad",
             "Kuwait City//130, Salmiya//220, Hawally//320, Jahra//010", "Block {n}, Gulf Road",
             "Trading Contracting Engineering Pearls", "W.L.L., Co."),
    _country("IN", "INR", "en", "18", "+91 80 4000 0",
             "Ananya Arjun Priya Rohan Kavya Vikram Meera Sanjay Ishita Aditya Lakshmi Nikhil Farah Devika Imran Tara",
             "Sharma, Patel, Singh, Iyer, Nair, Reddy, Khan, Solanki, Banerjee, D'Souza, Chatterjee, Kulkarni, Menon",
             "Bengaluru/KA/5600, Mumbai/MH/4000, Kochi/KL/6820, Jaipur/RJ/3020, Kolkata/WB/7000", "{n} Banyan Road",
             "Textiles Software Exports Spices Textbooks", "Pvt Ltd, LLP, & Co."),
    _country("CH", "CHF", "de", "8.1", "+41 44 500 0",
             "Lea Noé Urs Mégane Reto Céline Beat Gisèle Andri Flurina Matthäus Chiara Köbi Zoé Jürg Anaïs",
             "Meier, Keller, Huber, Favre, Brändli, Zürcher, Rochat, Bühler, Gygax, Caduff, Niederöst, Jäggi, Lüthi",
             "Zürich//80, Genève//12, Delémont//28, Bern//30, Neuchâtel//20, Lugano//69", "Seestrasse {n}",
             "Treuhand Präzision Käserei Bergbahnen Uhren", "AG, GmbH, SA"),
)

ADJECTIVES = ("Blue", "Northern", "Amber", "Quiet", "Copper", "Silver", "Salt", "Green", "Harbour", "Oak", "Bright", "Ember",
              "Kestrel", "Corvid", "Juniper", "Granite", "Meridian", "Halcyon", "Vantage", "Fox", "Willow", "Tern", "Lunar")
NOUNS = ("Fir", "Light", "Line", "Field", "Works", "River", "Stone", "Bridge", "House", "Forge", "Harvest", "Orchard",
         "Compass", "Anchor", "Meadow", "Signal", "Lantern", "Mill", "Yard", "Peak", "Loom", "Garden")
