"""Capitalised words that name nobody: sentence openers, days, peoples and places, and the words of companies and offices."""

from __future__ import annotations

import re

from corpus.given_names import gender_of_given_name

STOPWORDS = frozenset(
    """
    The A An In On At By For To Of From With And But Or If As It Its This That These Those There Here He She
    They We I You His Her Their Our My After Before When While Although Because Since During Under Over About
    Against Between Among Meanwhile However According Also Still Now Then Today Yesterday Tomorrow Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Some Many Most Several Both Each Every All One Two Three Four Five Not
    No Yes Last Next Building Asked Speaking Police Officials Residents Critics Experts Proposals Discussions
    Det Den De En Ett I På Av För Till Från Med Och Men Eller Om Som Han Hon Vi Ni Jag Du Här Där Nu Då När
    Efter Innan Under Över Enligt Samtidigt Dock Också Idag Igår Alla Några Många Flera Båda Varje Ingen Inte
    Måndag Tisdag Onsdag Torsdag Fredag Lördag Söndag Januari Februari Mars Maj Juni Juli Augusti Oktober Sedan
    Vid Hos Mot Ur Utan Detta Denna Dessa Vad Vem Hur Varför Samma Regeringen Kommunen Polisen Företaget Bolaget
    Projektet Beslutet Officials Government Company
    Yet Even Earlier Later So Instead Like Unlike Despite Perhaps Why How What When Where Who Which Whether Can Could
    Will Would Has Have Had Should Is Are Was Were Do Does Did Once Only Just Out Off Back Again Ever Never Then
    Until Unless Within Without Throughout Through Toward Towards Upon Across Along Around Behind Below Beside Besides
    Beyond Inside Outside Near Regarding Hours Days Weeks Months Years Minutes Moments Thus Therefore Indeed Finally
    Recently Eventually Initially Ultimately Overall Nearly Almost Maybe Sometimes Often Another Other Others Such
    Same Few More Less Most Much Neither Nor Either First Second Third Former Late Sure Well Oh Please Let Thanks
    Däremot Därför Dessutom Ändå Alltså Visserligen Kanske Senare Tidigare Nyligen Hittills Annars Ibland Ofta Samtliga Bara Även
    Redan Fortfarande Genom Utöver Bland Endast Istället Möjligen Plötsligt Slutligen Snart Strax Tyvärr Vidare Trots Förutom Varken
    Whatever Whoever Whenever Wherever Moreover Furthermore Nevertheless Nonetheless Though Besides Anyway Hence Okay My Mine
    Us Me Them Him Whose Whom Am Might Must Shall Nor Att Ja Nej Så Vilka Vilken Vilket Vår Vårt Våra Deras Hennes Medan Utom Kring
    Oavsett Inför Man Varför Varifrån Både Vare
    Nobody Everybody Somebody Everyone Someone Anyone Nothing Something Everything
    """.split()
)


NAMES_NOBODY = frozenset(
    """
    Sources Insiders Opponents Investigators Authorities Neighbors
    Republicans Democrats Democratic Republican Democrat GOP Libertarian Independent Conservatives Liberals Voters
    Supporters Aides Lawmakers Reporters American Americans Europeans Russian Russians Chinese Japanese British French
    German Germans Swedish Norwegian Danish Finnish Mexican Mexicans Canadian Iranian Iraqi Israeli Palestinian Syrian
    Ukrainian Christian Christians Muslim Muslims Jewish Jews Catholic Catholics Latino Latinos Hispanic Hispanics
    Asian African Twitter Facebook Instagram YouTube Snapchat Reddit Medium TikTok Periscope Internet Web
    Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Idaho Illinois Indiana Iowa Kansas
    Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada
    Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Wisconsin Wyoming Hawaii
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Wash Wis Wyo
    America Europe Russia China Japan Britain England Scotland Wales Ireland France Germany Sweden Norway Denmark Finland
    Mexico Canada Iran Iraq Israel Syria Ukraine Afghanistan Pakistan India Korea Cuba Brazil Australia Africa Asia
    Sverige Norge Danmark Europa Tyskland Frankrike Ryssland Kina USA EU UK US U.S. U.K. U.N. UN NATO Nato FN AP
    TV Christmas Easter Thanksgiving God Constitution Bible Obamacare Brexit CNN MSNBC NBC ABC CBS NPR BBC SVT TT
    """.split()
)
"""Words that are no mention of anybody when they stand alone: parties, peoples, countries, states, channels."""
_BODY_SV = re.compile(
    r"\w+(?:verket|styrelsen|nämnden|förbundet|partiet|bolaget|institutet|inspektionen|kommissionen|domstolen|byrån|banken|juryn|föreningen"
    r"|fonden|sällskapet|museet|kommunen|regionen|universitetet|högskolan|sjukhuset|skolan|kyrkan|teatern|tidningen|bladet|posten|kuriren"
    r"|myndigheten|departementet|koncernen|gruppen|laget|huset|centrum)",
    re.IGNORECASE,
)
BODIES = frozenset(
    "Bureau University Department Council Institute Agency Association Commission Committee Party Campaign".split()
)
DAYS = frozenset(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Måndag Tisdag Onsdag Torsdag Fredag Lördag Söndag
    """.split()
)
_NOT_A_PERSON = frozenset(
    """
    University Office Union Council United States Court Ministry Bank Institute America Street House Party
    Journal Times Company Agency Commission Department Island River Lake Town City County Hall Kingdom North
    South East West New Port Group School Secondary Museum Theatre Club Cup League FC IF BK AB Inc Ltd Act World
    International National Crossings Association Government Parliament Senate Congress Police Army Force Forces
    Dagens Nyheter Industri Dagbladet Svenska Aftonbladet Expressen Sveriges News Post Network
    Media Radio Press Tribune Herald Gazette Daily Magazine Review Globe Chronicle Courier
    Ledger Sentinel Examiner Inquirer Bulletin Dispatch Telegraph
    Project Society League Coalition Alliance Bureau Administration Department Departments Justice Supreme Senate House
    Campaign Convention Caucus Conference Party Republicans Democrats America American Americans York Hampshire Jersey
    Dakota Mexico Rhode Air Super Beach Hills Springs Valley Heights San Santa Los Las Des El Fort
    Avenue Road Boulevard Square Building Tower Hotel Airport Base Station Bridge Border Patrol Service
    College Institution Hospital Church Corporation Corp Group Systems Holdings Partners Industries
    Amendment Constitution Agreement Treaty Accord
    Federation Committee Authority Centre Center Foundation Fund Trust Airlines Airways Workers Unions
    """.split()
)


_SURNAMES_TOO = frozenset(
    "West East North York House Church Post Street Press Bridge Lake Court Hall Justice Beach Town Base Force".split()
)
_TOWNS = NAMES_NOBODY | frozenset(
    """
    Charlotte Austin Houston Jackson Carson Dallas Florence Lawrence Orlando Paris Sydney Victoria Savannah Wayne Clark Marshall Lincoln
    Washington Franklin Jefferson Madison Christian
    """.split()
)
"""`Amy Post` is a person, `Charlotte Post` a newspaper."""


def is_common(word: str) -> bool:
    """`Department`, `Senate`: by itself a word of many, not a name."""
    return word in _NOT_A_PERSON


def is_no_person(name: str) -> bool:
    """Whether a word of `name` belongs to places, companies and offices rather than to people."""
    words = name.split()
    if len(words) in {2, 3} and words[-1] in _SURNAMES_TOO and words[0] not in _TOWNS and gender_of_given_name(name):
        words = words[:-1]
    return not _NOT_A_PERSON.isdisjoint(words) or any(_BODY_SV.fullmatch(word) for word in words)
