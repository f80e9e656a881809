"""The forms in which people follow up, English and Swedish: patterns over one question, read by `rag.follow_up`."""

from __future__ import annotations

import re

from rag.focus import DEFINITE_SV

POLITE = re.compile(
    r"\W*(?:(?:thank(?:s| you)|thx|cheers|hello|hi|hey|good (?:morning|day|evening)|bye|goodbye|ok(?:ay)?|great|nice|wow|sorry|yes|no|please"
    r"|tack|hej(?:san)?|hallå|god (?:morgon|dag|kväll)|adjö|hej då|bra|toppen|förlåt|ja|nej|snälla|jaha|okej"
    r"|so much|very much|a lot|for (?:the|your) help|så mycket|för hjälpen|ska du ha)\W*)+",
    re.IGNORECASE,
)
OPENLY = re.compile(
    r"(?:(?:thank(?:s| you)(?: very much| so much)?|ok(?:ay)?|great|good|i see|right|sorry|tack(?: så mycket)?|okej|bra|jaha|aha|förlåt)\b[,.! ]+)+(?=\w)",
    re.IGNORECASE,
)
"""What is said before a question out of politeness."""
ANOTHER_TOPIC = re.compile(
    r"(?:by the way|on another (?:topic|note|subject)|(?:now )?(?:to )?something (?:completely |entirely |quite )?(?:else|different)|changing the subject"
    r"|förresten|(?:nu till )?något (?:helt )?annat|byte av ämne|apropå något annat|en annan sak)[,:.–-]+ (?P<rest>\w.*)",
    re.IGNORECASE,
)
CORRECTION = re.compile(
    r"(?:(?:no|nope|sorry|nej|nä|förlåt)\b[,.!: ]*)?(?:(?:but |men )?(?:i (?:meant|mean)|jag (?:menade|menar))\b[,: ]*|(?:not|inte) [^,?.!]{1,60},? (?:but |utan )?|(?<=[,.!:] ))"
    r"(?P<rest>[^?.!]{2,80}?)(?: instead| istället| i stället)?[?.! ]*",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"(?:(?:and|but|so|then|or|och|men|så|eller|ok(?:ay)?|okej)\b,? )?(?:(?:what|how) about |hur är det med |vad gäller )?",
    re.IGNORECASE,
)
THEN = re.compile(r",? (?:then|då|though)(?=[?.! ]*$)", re.IGNORECASE)
LEAD = (
    r"(?:for |since |until |by |from |to |at |sedan |från |till )?"
    r"(?:how (?:come|long|fast|far|often|much|many|tall|high|big|old|deep|late|soon|large|wide|heavy)|how|when|where|why|who|what time"
    r"|hur (?:länge|snabbt|långt|ofta|mycket|många|högt?|höga|stort?|stora|gammal|gamla|djupt?|sent|snart|tungt?|brett?|dags)|hur|när|varför|var"
    r"|vem|vart|varifrån)"
)
BARE = re.compile(
    rf"(?P<lead>{LEAD})(?: exactly| precis| not)?(?: (?:was|is|did|does) (?:that|it|this)(?: (?:happen|take place))?"
    r"| (?:var|är|skedde|hände|blev|sker) (?:det|den|detta))?",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:(?:what|anything|something) (?:else|more)|more|tell me more|go on|(?:vad|något|nåt) (?:mer|annat|mera)|mer|mera|berätta mer|fortsätt)",
    re.IGNORECASE,
)
WHO_SAID_THAT = re.compile(
    r"(?:who (?:said|says) (?:that|this|so|it)|vem (?:sa|sade|säger) (?:det|detta|så))", re.IGNORECASE
)
QUOTED = re.compile(
    r"[“\"”](?P<words>[^“\"”\n]{8,300})[“\"”]|^– (?P<line>[^\n]{8,300}?),? (?:säger|sade|sa|menar|berättar)\b",
    re.MULTILINE,
)
ABOUT = re.compile(r"(?P<link>about|regarding|concerning|om|angående|kring) (?P<topic>.{2,200})", re.IGNORECASE)
PLACE = re.compile(
    r"(?P<link>on|in|at|of|during|for|from|to|with|after|before|i|på|av|vid|under|för|från|till|med|efter|före|hos) .{2,100}",
    re.IGNORECASE,
)
NOT_A_PHRASE = re.compile(
    r"(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may|tell|give|show|explain|you|we|he|she|they|it|there|because|if"
    r"|i(?= (?:am|was|have|had|want|need|think|do|don|would|can|will|see|know|like|guess|wonder)\b)"
    r"|har|hade|är|var|ska|skulle|kan|kunde|blir|blev|finns|fanns|gör|gjorde|får|fick|berätta|visa|jag|du|vi|han|hon|de|det|den|för att"
    r"|why|how|when|where|who|whose|what|which|varför|hur|när|vem|vems|vad|vilken|vilket|vilka|thanks|tack|in english|in swedish|på (?:svenska|engelska))\b",
    re.IGNORECASE,
)
FRONTED = re.compile(
    r", (?:when|where|why|who|what|how|which|is|was|när|var|varför|vem|vad|hur|vilk\w+|är)\b", re.IGNORECASE
)
PERSONAL = re.compile(
    r"\b(?:(?P<whose>his|hans|hennes|her(?= (?!(?:about|on|in|at|to|for|say|and|or|when|that)\b)\w))"
    r"|(?P<who>he|she|him|her|han|hon|honom|henne))\b",
    re.IGNORECASE,
)
ABOUT_IT = re.compile(
    r"\b(?:about|regarding|of|om) (?P<it>it|that|this|them|those|det här|den här|det|den|detta|dem|saken)\b(?! \w)",
    re.IGNORECASE,
)
IT = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|that(?=[?.! ]*$)|den|det|detta|denna|dessa|dem|dess|deras|de|där|there(?=[?.! ]*$))\b",
    re.IGNORECASE,
)
ALONE = re.compile(
    r"\b(?:(?:it|they|them)(?! (?:(?:is |was )?(?:necessary|possible|true|important|worth|better|best|hard|easy|difficult|likely|legal)|rain|snow)\b)|(?:den|de|dem)(?! \w+(?:a|en|et)\b))\b",
    re.IGNORECASE,
)
"""The pronouns that a thing can stand for as they are; Swedish `det` more often stands for nothing."""
DEFINITE = {
    "en": re.compile(
        r"\b(?:the|those|these) (?!(?:most|same|best|first|last|world|largest|biggest|highest|other|only)\b)\w+",
        re.IGNORECASE,
    ),
    "sv": re.compile(rf"\b{DEFINITE_SV}\b", re.IGNORECASE),
}
ASKS = re.compile(
    r"(?:(?:in|on|at|for|from|to|by|since|until|i|på|till|från|för|sedan|av) )?(?:wh\w+|how|did|does|do|is|are|was|were|has|have|had|can|could|will|would"
    r"|should|any|tell me|vad|vem\w*|vilk\w+|hur|när|var\w*|har|hade|är|ska|skulle|kan|kunde|blir|blev|finns|fanns|gör|gjorde|får|fick)\b",
    re.IGNORECASE,
)
ONESELF = re.compile(r"\b(?:i|me|my|you|your|we|our|jag|mig|min|mitt|du|dig|din|ditt|vi|oss|vår)\b", re.IGNORECASE)
SENTENCES = re.compile(r"[.?!] \w")
TO_COME = re.compile(r"(?:next|nästa) \w+|i morgon|imorgon|tomorrow", re.IGNORECASE)
EXCLAIMED = re.compile(
    r"(?:really|seriously|sure|exactly|indeed|right|true|verkligen|säkert|precis|jaså|sant)", re.IGNORECASE
)
AUXILIARY = r"did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|must"
FORMER = re.compile(
    rf"(?:{LEAD}|what|vad|which|vilken|vilket|vilka)(?P<counted>(?: (?!(?:{AUXILIARY})\b)[\w-]+){{0,3}}?) (?P<rest>(?:{AUXILIARY})\b.*)",
    re.IGNORECASE,
)
WHO_IS = re.compile(r"(?:who|vem) (?P<verb>is|was|är|var|blev|became) (?P<rest>.+)", re.IGNORECASE)
HAPPENING = re.compile(
    r"\b(?:what (?:is|was|has) (?:happening|happened|going on)|vad (?:händer|hände|har hänt|pågår))\b", re.IGNORECASE
)
OBJECT_ASKED = re.compile(r"(?:did|does|do)\b", re.IGNORECASE)
COUNTED_SV = re.compile(
    r"(?:hur många|vilken|vilket|vilka) (?P<noun>(?:\w+a )?\w+) (?P<verb>\w+)(?P<rest>.*)", re.IGNORECASE
)
FORMER_SV = re.compile(rf"(?!vem |vilk|hur mycket )(?:{LEAD}|vad) (?P<rest>.*)", re.IGNORECASE)
AMOUNT = re.compile(
    r"\b(?:cost|price|fee|bill|budget|deficit|height|length|depth|size|number|amount|total|age|weight|share|rent"
    r"|\w*(?:kostnaden|priset|avgiften|notan|höjden|längden|djupet|storleken|antalet|summan|åldern|andelen|hyran))\Z",
    re.IGNORECASE,
)
HOW_MUCH = re.compile(r"(?:how much|what (?:does|did|do|will|would)\b.* cost|hur mycket|vad kosta\w*)\b", re.IGNORECASE)
