import type { Language } from '../turns.ts';

export const en: Language = {
  alone: `stop stopp stopall stopping unsubscribe unsub cancel end quit revoke optout remove delete discontinue desist`,
  strong: `stop stopall unsubscribe unsub optout`,
  courtesies: `please pls plz plse pleas now immediately thanks thank thx ty you u ok okay just hi hello hey it this that all i said
    enough already me us sms text texts txt texting message messages messaging everything guys sir madam team today forever
    permanently sorry lol kindly ffs`,
  classes: {
    cease: 'stop stopp stopping quit cease discontinue end halt cancel desist',
    contact: `text txt texting textin txting txtin message messaging msg msging contact contacting email emailing mail mailing spam
      spamming call calling write writing bother bothering harass harassing disturb disturbing bug bugging pester pestering sms
      annoy annoying solicit reaching`,
    contacted: 'contacted texted messaged emailed spammed called bothered disturbed harassed solicited',
    messages: `texts text txts txt messages message msgs msg sms smses emails email mails mail alerts alert notifications
      notification reminders ads ad adverts advertising advertisements marketing promos promo promotions promotional offers deals
      newsletters newsletter spam communications communication subscription solicitations updates coupons`,
    between: `with w receiving recieving blowing_up the these this those that your ur yalls you u all any every of to from for me us
      my number phone sending sendin getting giving more further so many much it and damn stupid bloody fucking annoying silly daily
      constant marketing promotional automated unwanted spam random sale such please pls being contact future other anymore them`,
    not: 'dont do_not don_t never donot dnt',
    unwanted: `dont_want do_not_want dont_wanna no_longer_want no_longer_wish no_longer_need no_longer_care never_wanted didnt_want
      dont_wish do_not_wish dont_need do_not_need dont_like do_not_like dont_care do_not_care rather_not prefer_not never_want
      not_want no_longer_interested not_wish`,
    us: 'me us this_number this_phone here anymore again my_number my_phone my_cell',
    number: 'number phone name cell mobile info information details data contact email account profile',
    remove: 'remove delete erase drop wipe purge strike scratch take get cut unenroll',
    list: 'list lists database system distribution contacts records files',
  },
  ends: `
    [cease] [between]*6 [contact]|[messages]
    stop|quit|cease sending|sendin|blowing|it|bothering !to
    [messages] ~2 to|must|should|needs_to|need_to [cease]
    make|making [between]*3 [messages]? stop
    [not] ever? [contact] [us]
    [not] ever? [contact] anymore|again|further|ever|please|pls
    [not] ever? send|sendin me|us? any|anymore|more|your|these|those|further|such|this [between]*4 [messages]
    [not] ever? send|sendin me|us? anything|nothing|stuff|crap|shit
    [unwanted] to? get|receive|see|have|hear|getting|receiving|hearing|be? [between]*5 [messages]|[contacted]|from_you
    [unwanted] to? hear|hearing ~3 you|u|yall|your|company|this
    [unwanted] to? get|receive|see|getting|receiving these|this|them|those|it|anything
    [unwanted] this|these|it|them|those|any anymore|more
    no more|further [between]*4 [messages]
    ^ please|pls? no more please|pls|thanks|sir? $
    like|want|need|asked|asking|beg|begging|told|telling you|u|yall to [cease] $
    cease and
    ^ no [messages] please|pls|thanks|thx|anymore
    unsubscribe|unsub|unsubscribing|optout|optingout|optedout
    [remove] me|us|my_ass off|out|from|of !to
    remove|delete|erase|drop|wipe|purge|unenroll me|us
    remove|delete|erase|drop|wipe|purge my|this|our|these contact? [number]
    [remove] my|this|our ~2 [number] ~1 off|out|from
    [remove] ~2 from|off|of your|ur|this|the|all|any ~2 [list]
    [remove] ~1 from|off [list]
    be|been|being|get removed|deleted|taken_off|unsubscribed ~2 from|off|of
    to be removed|deleted|unsubscribed|taken_off|left_alone
    please|pls|plz|kindly remove|delete $
    want|wanna off|out ~2 [list]|this|these
    get off ~2 [list]|this|these
    lose|loose|forget|burn my|this number
    leave me|us the? ~1 alone|be !with
    leave|count|keep me|us out
    get lost
    go away
    fuck|piss|bugger|eff|f|buzz|sod off
    shut up
    revoke|withdraw|rescind|retract|revoking|withdrawing|take_back ~2 consent|permission|authorization|authorisation|optin|agreement
    [not]|didnt|did_not|not consent|consented|authorize|authorized|authorise|authorised
    never gave|gave_you|agreed|signed_up|opted_in ~8
    never subscribed !to
    never subscribed|requested|asked to|for this|these|your|any|it|texts
    didnt|did_not sign_up|subscribe|optin|agree|ask|request ~1 for|to this|these|any|your|it|texts|get|receive|be
    not|never|no|no_longer interested|interest in your|these|any|getting|receiving|more|this|what
    ^ im|i_am|am|we_are|were|so|really? not interested please|pls|sorry|thanks|thank_you|remove? $
    have|got|texting|texted|reached|dialed|contacting|messaging ~1 the? wrong number|person|guy|lady|phone|man|woman !of|on
    ^ sorry|this|its|thats|is|u|no? ~1 wrong number|person|guy|phone !of|on|for
    not|isnt|aint ~2 phone|number|cell anymore
    no_longer ~2 phone|number|cell
    nobody|noone|no_one here|at_this_number ~1 by|with|named|called
    turn|switch|shut off [between]*3 [messages]|these|them|it|this
    turn|switch|shut these|those|them|this|it|the|all ~1 off
    enough|done|sick|tired|over|fed_up|bored ~1 with|of|getting|receiving|w [between]*3 [messages]|you_people|you_guys
    please|pls|just|or|will block me|this|you|u
    blocked|blocking|block|reporting|report you|u|this_number !on|a|the|that|about
  `,
  goesOn: `
    [not]|wouldnt|wont|didnt|did_not|not ever|you_ever|you_dare|dare|please? ever|want_to|want_you_to|to? [cease]|optout|unsubscribe|remove|delete|discontinue|leave_me
    cant|couldnt|cannot|wont|not stop|quit
    [not] ever? [remove] me|us|my
    [remove] ~6 order|cart|basket|bag|bill|invoice|waitlist|waiting_list|wait_list|wish_list|wishlist
    subscription box|boxes|to|order
    i|we [not]|no_longer need|want|wish|like|care|wanna to [cease]|unsubscribe|optout|miss|lose
    did|do|does|will|would|when|why_did|if you|u|they|it|the_messages|the_texts|we ever? stop
    stopped getting|receiving|coming|sending|working
    why|did|how_come|when|was|have ~3 i|we ~2 unsubscribed|optedout|optout|removed|stopped
    i|we did_not|didnt|never|not ~1 optout|unsubscribe|unsubscribed|optedout
    accidentally|mistakenly|by_mistake|by_accident
    if|unless|before|until|til|till i|we unsubscribe|optout|want_to|cancel|remove
    sign|signing|opt|optin|subscribe|add|put me|us back|up|in|on
    how|can|could|want|like|let|please|pls ~3 sign_up|optin|resubscribe|sign_me|subscribe
    text|message|contact|call|email|sms|write me|us before|after|until|till|between|during|about|while|the|a|if|when|from|in_the|instead|later|tomorrow|tonight|next|where
    text|message|contact|call|email|sms|write me|us at|on !this|my|here|all
    dont|do_not text|message|sms|contact just? call|email|ring
    driver|courier|deliverer|delivery_man|delivery_person|delivery_guy|bus|train|colleague|friend|husband|wife|boss|neighbour|neighbor|she|he ~4 text|message|contact|call|stop|texted
    there is|are|were|was no more
    no more ~2 in|received|space|stock|from_my
    get|got|have|received|getting|seen|see no|not ~1 more? [messages]
    wrong number of|on
    nobody|noone|no_one|courier|they contacted|texted
  `,
};
