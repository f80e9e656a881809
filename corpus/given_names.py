"""Given names that nearly all of their bearers of one gender have in common, English and Swedish.

They keep a pronoun from meaning somebody of the other gender; that it may mean somebody they do not make any surer.
Left out is what either may be called (`Kelly`, `Lindsey`, `Jordan`, `Kim`) and what is a surname as often (`Grant`, `Madison`).
"""

from __future__ import annotations

from corpus.callings import Gender

_WOMEN = frozenset(
    """
    abigail adriana agnes alexandra alexandria alice alicia alison allison alma amanda amber amelia amy ana andrea angela anita ann anna
    anne annette annie april audrey ayanna barbara beatrice becky bernadette bernice bertha beth bethany betsy betty beverly bonnie
    brenda bridget brittany camille candace carla carly carmen carol carole caroline carolyn carrie catherine cathy cecilia charlotte
    cheryl chloe christina christine cindy claire clara claudia colleen connie constance corinne crystal cynthia daisy daniela danielle
    dawn debbie deborah debra delia denise diana diane dianne dolores donna dora doris dorothy edith eileen elaine eleanor elena elise
    elissa eliza elizabeth ella ellen eloise elsa emily emma erica erika erin esther ethel eva evelyn faith fatima fiona florence
    frances gabrielle gail genevieve geraldine gertrude gillian gina ginny giselle gladys glenda gloria grace greta gretchen
    gwen hannah harriet heather heidi helen helena hilary hillary holly hope huma ida ilana ilhan imani ines ingrid irene iris irma isabel
    isabella ivana ivanka jacqueline jane janet janice jasmine jeanette jeanne jeannette jeannine jenna jennifer jenny jessica jill jo
    joan joanna joanne josephine joyce juanita judith judy julia juliana julie juliet june kaitlin kamala karen karoline katharine
    katherine kathleen kathryn kathy katie kayla kayleigh keisha kellyanne kelsey kimberly kirsten kristen kristi kristin kristina
    laura lauren laurie leah leila lena leticia lillian lily linda lisa liz liza lois loretta lori lorraine louise lucia lucille lucy
    luisa lydia lynda lynette mabel maggie marcia marcy margaret margarita maria marianne maribel marie marilyn marjorie
    marsha martha mary matilda maureen maxine maya megan meghan melanie melania melissa mercedes meredith michelle mildred mindy miranda
    miriam moira molly mona monica muriel myra myrtle nadia nancy naomi natalia natalie natasha nellie nicole nikki nina nora norma
    olga olive olivia pamela patricia patty paula pauline peggy penelope penny phoebe phyllis priscilla priya rachel ramona rebecca regina
    renee rhonda rita roberta rosa rosalind rose rosemary roxanne ruth sabrina sally samantha sandra sara sarah shaheen sharon sheila
    sheryl shirley sofia sonia sonya sophia sophie stacey stella stephanie sue susan susanna susie suzanne sylvia tabitha tamara
    tammy tanya tara teresa thelma theresa tiffany tina tonya trudy tulsi ursula valerie vanessa vera veronica victoria viola virginia
    vivian wanda wendy whitney wilma winifred yolanda yvette yvonne zoe
    agneta åsa astrid annika anneli birgitta britta camilla cecilia ebba elin elisabet elisabeth emelie frida gunilla gun gunnel
    hanna helene ingegerd inger ingela johanna jessika karin katarina kerstin kristina lena linnea lisbeth lotta lovisa magdalena maj
    malin margareta marit marita märta mona monika pernilla petra sigrid siv sofie solveig susanne tove ulla ulrika viktoria ylva
    """.split()
)
_MEN = frozenset(
    """
    aaron abdul abraham adam adrian ahmed alan albert alberto alejandro alfred allan allen alvin andre andrew andy angelo anthony
    antonio archie armando arnold arthur arturo barack barry bart benjamin ben bernard bernie bill billy bob bobby boris brad bradley
    brandon brendan brett brian bruce bryan byron caleb calvin carl carlos cecil cedric chad charles charlie chester chuck clarence claude
    clayton clifford clint clyde conrad corey cornelius craig curtis cyrus dale damon dan daniel danny darrell darren darryl dave david
    dean dennis derek derrick desmond devin dick diego dirk dominic don donald doug douglas duncan dustin dwight earl ed eddie edgar
    edmund eduardo edward edwin eli elias elijah elliott elmer emilio emmanuel enrique eric erik ernest ernesto ethan eugene evan everett
    felix ferdinand fernando floyd francisco frank franklin fred freddie frederick gabriel gary gavin geoffrey george gerald gerard
    gilbert glenn gordon greg gregory guillermo gus guy harold harry harvey hector henry herbert herman homer horace howard hubert hugh
    hugo ian ignacio ira isaac isaiah ivan jack jacob jake jamal james jared jason javier jay jeb jeff jeffrey jeremiah jeremy jerome jerry
    jim jimmy joaquin joe joel john johnny jonah jonathan jorge jose joseph josh joshua juan julian julio justin karl keith ken kenneth
    kevin kirk kurt kyle lamar lance larry lawrence len leon leonard leroy lester lewis lionel lloyd louis lowell lucas luis luke luther
    malcolm manuel marc marco marcus mario mark martin marvin matt matthew maurice max maxwell melvin michael miguel mike mitch mohammed
    muhammad nathan nathaniel neil newt nicholas nick nigel noah norman oliver omar orlando oscar otto owen pablo patrick paul pedro pete
    peter phil philip phillip pierre preston rafael ralph ramon randall randy raul ray raymond reginald reuben ricardo richard rick
    ricky rob robert roberto rodney rodrigo roger roland ron ronald rory ross roy ruben rudolph rudy rupert russell salvador samuel
    saul scott sean sebastian sergio seth sherrod sidney simon stanley stephen steve steven stewart stuart ted terrence theodore thomas tim
    timothy todd tom tommy tony travis trevor troy tyler ulysses vernon victor vince vincent vladimir wade wallace walter warren
    wayne wendell wesley wilbur wilfred willard william willie winston woodrow xavier zachary
    alf anders arne åke axel bengt bertil birger björn bo bosse christer claes emil erling filip fredrik gösta gunnar göran gustav
    gustaf hans håkan henrik ingemar ingvar janne jens johan jonas jörgen kjell klas kristian lars lasse leif lennart magnus mats mattias
    micael mikael niklas nils olle olof ove patrik pär per pontus ragnar rickard rikard rolf rune sören sixten stefan sten stig
    sture sven svante tage thorbjörn tobias tomas torbjörn tore ulf urban viktor yngve
    """.split()
)


def gender_of_given_name(full: str) -> Gender | None:
    """What the first word of a full name says; None of a surname alone and of a name that either may bear."""
    given, _, rest = full.partition(" ")
    name = given.casefold()
    if not rest:
        return None
    return "f" if name in _WOMEN else "m" if name in _MEN else None
