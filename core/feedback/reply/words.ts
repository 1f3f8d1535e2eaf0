/**
 * Words and turns of phrase by which people end messages, or want them again. Everything is read in small letters, without
 * accents, with one space between words and plain apostrophes.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Each of them, alone or with a courtesy, ends messages. The first line is the CTIA's and the FCC's, then de, fr, es, it, nl, pt. */
export const STOP_WORDS = words(`
  stop stopall stopp unsubscribe cancel end quit revoke optout opt-out remove unsub discontinue
  abmelden abbestellen stoppen aufhoren
  arret arreter arretez desabonner desabonnement desinscrire desinscription
  baja cancelar parar detener alto
  annulla basta disiscrivi disiscrivimi cancellami smettila smettetela smettila
  afmelden uitschrijven stoppen ophouden
  sair parem pare descadastrar
`);

/** Any of these, alone between two stops of a longer message, ends messages too: "this is harassment, stop". */
export const STRONG_WORDS = words('stop stopp stopall unsubscribe optout abmelden afmelden desabonnement');

/** What may stand beside one of those and change nothing. */
export const COURTESIES = words(`
  please pls plz now immediately thanks thank you ok okay just hi hello hey it this that all i said enough already
  sms text texts txt texting message messages messaging everything guys sir team today forever permanently
  bitte danke sofort jetzt alles alle nachrichten hallo
  svp stp merci s'il vous plait te maintenant bonjour tout
  por favor gracias ya hola
  per favore grazie subito ciao
  alstublieft aub graag dank nu hallo
  obrigado obrigada agora ola
`);

/** Alone: messages are welcome again. */
export const START_WORDS = words('start unstop resume resubscribe optin opt-in');
export const HELP_WORDS = words('help info hilfe aide ayuda aiuto ajuda');

/** Between what is to end and the word for it. */
const BETWEEN =
  "(?:(?:with|receiving|blowing up|the|these|this|those|that|your|yall's|you|all|any|every|of|to|from|for|me|us|my|number|phone|sending|sendin|getting|giving|more|further|so|many|much|it|and|damn|stupid|bloody|fucking|f\\*+ing|annoying|silly|daily|constant|marketing|promotional|automated|unwanted|spam|random|sale|such|please|being)\\W+){0,6}";
const MESSAGES =
  '(?:texts?|texting|txts?|txting|messages?|messaging|msgs?|msging|sms|smses|contact(?:ing)?|emails?|emailing|mails?|mailing|spam(?:ming)?|alerts?|notifications?|reminders?|ads|adverts|advertising|advertisements?|marketing|promos?|promotions?|offers|newsletters?|calls?|calling|bother(?:ing)?|harass(?:ing)?|bugging|pestering|writing)';
const US = '(?:me|us|this number|here|any ?more|again|my (?:phone|number))';

/** Any of them, anywhere in what somebody writes, ends messages; see `EXCEPT` for what takes it back. */
export const STOP_PHRASES: readonly RegExp[] = [
  // en
  new RegExp(`\\b(?:stop|quit|cease|discontinue|end|halt)\\W+${BETWEEN}${MESSAGES}\\b`),
  /\bstop (?:sending|it|blowing up my phone)\b(?! to the)|\bquit blowing up my phone\b|\bdesist\b/,
  /\bmake (?:them|these|those|this|it|the (?:texts|messages|emails)) stop\b/,
  /^(?:please |pls )?no more[ .!]*$|^(?:i'm |i am )?not interested(?:[ ,.!]+(?:please |pls )?(?:remove|stop|thanks|thank you))?[ .!]*$/,
  /\b(?:don't|do not|dont|didn't|did not|never) consent(?:ed)?\b/,
  /\bturn (?:off (?:the |these |those |your |all )?(?:texts?|messages?|notifications?|alerts?|sms|emails?|it|them|these)|(?:these|those|them|the (?:texts|messages|notifications|alerts)) off)\b/,
  /\bi (?:don't|do not|dont) want (?:to (?:get|receive|see) )?(?:this|these|it|them|those) any ?more\b|\bget lost\b/,
  /\bwant off (?:of )?(?:this|your|the) list\b|\bremoved? from (?:your|this|the) (?:\w+ )?(?:list|database|distribution)\b|\b(?:take|get) (?:me|us) out of\b/,
  new RegExp(
    `\\b(?:do not|don't|dont|never) (?:ever )?(?:text|txt|message|msg|contact|sms|spam|email|write(?: to)?|call) ${US}\\b`,
  ),
  new RegExp(
    `\\b(?:do not|don't|dont|never) (?:ever )?send (?:me |us )?(?:any|more|your|these|those|such|further|this)\\W+${BETWEEN}${MESSAGES}\\b`,
  ),
  new RegExp(
    `(?:^|[.!,;]\\W*|\\b(?:please|pls|want|need|said|ok|with|receive|get|send)\\W+(?:me )?)no (?:more|further) (?:of )?${BETWEEN}${MESSAGES}\\b`,
  ),
  /\b(?:unsubscribe|opt(?:ing)? ?-?out|opted ?out)\b/,
  /\b(?:take|get|strike|scratch) (?:me|us|my (?:number|name|phone)|this number) off\b/,
  /\b(?:remove|delete|erase) (?:me|us|my (?:number|name|phone|details|data)|this number)\b/,
  /\b(?:lose|forget) (?:my|this) number\b/,
  /\bleave me alone\b/,
  new RegExp(
    `\\bi (?:no longer|don't|do not|dont|never) (?:want|wish|care|need|like)(?: (?:to (?:get|receive|hear|see|be) ?)|\\W+)(?:${BETWEEN})(?:from you|${MESSAGES}|texted|contacted|messaged)\\b`,
  ),
  /\b(?:not|no longer) interested in (?:your|these|any|getting|receiving|more)\b/,
  /\b(?:revoke|withdraw|take back|rescind) (?:my |all )?(?:consent|permission|authori[sz]ation|opt-?in)\b/,
  new RegExp(
    `\\bcancel (?:my |these |the |your |all |future )*(?:text |sms |message |email )?(?:subscription|alerts|${MESSAGES})\\b`,
  ),
  /\b(?:you have|you've got|you got|this is) the wrong (?:number|person)\b|^wrong (?:number|person)\b/,
  // de
  /\b(?:hor|hort|horen sie|hore)\b.{0,12}\bauf\b.{0,20}\b(?:schreib|sms|nachricht|mail|send|schick|werb|belastig|kontaktier)/,
  /\b(?:schreib|schreibt|schreiben sie|kontaktier|kontaktiert|kontaktieren sie|simst|texte|textet)\b(?: mir| mich| uns)?(?: bitte)? (?:nicht|nie)(?: mehr| wieder)\b/,
  /(?:^|[.!,;] ?|\b(?:bitte|mochte|will|wunsche|schickt?|schicken sie|sendet?|senden sie|wollen)\W+(?:mir |uns )?(?:bitte |ab sofort |in zukunft )?)keine? (?:weiteren? |eure? |ihre? |solchen? )?(?:sms|nachrichten?|mails?|e-?mails?|werbung|angebote|benachrichtigungen|newsletter)(?: mehr)?\b/,
  /\b(?:mochte|will) (?:mich )?(?:abmelden|abbestellen|austragen)\b|\bmeldet? mich (?:bitte )?ab\b|\bmelden sie mich (?:bitte )?ab\b/,
  /\b(?:widerrufe|ziehe)\b.{0,20}\b(?:einwilligung|zustimmung)\b/,
  /\b(?:lasst|lass|lassen sie) mich (?:bitte )?in ruhe\b/,
  /\b(?:loscht?|loschen sie|streicht?|streichen sie|nehmt|nehmen sie)\b.{0,15}\b(?:meine nummer|mich)\b/,
  /\bnie (?:wieder|mehr) (?:eine |irgendeine )?(?:sms|nachrichten?|mails?|werbung)\b|\bkein interesse an (?:weiteren?|euren?|ihren?|diesen?) (?:sms|nachrichten|mails|werbung|angeboten)\b/,
  /\bnicht mehr (?:schreiben|kontaktieren|anschreiben|simsen)\b/,
  // fr
  /\bne plus (?:m'envoyer|m'ecrire|me contacter|me solliciter|me deranger|nous contacter|recevoir)\b/,
  /(?<!n'|ne |n' ?)\b(?:arretez|arrete|cessez|cesse)\b.{0,6}\b(?:de |d'|les |vos |tous |ces |avec |s'il )?.{0,10}\b(?:m'envoyer|m'ecrire|me contacter|messages?|sms|textos?|m'embeter|me deranger|e-?mails?|pub|publicites?|me spammer|envois?)/,
  /\bne (?:m'envoyez|m'envoie|m'ecrivez|m'ecris|me contactez|me contacte|me derangez|me textez)s? plus\b/,
  /(?:^|[.!,;] ?|\bje ne veux |\bvoudrais )plus (?:de |aucun |vos )(?:sms|messages?|textos?|pub|publicites?|e-?mails?)\b/,
  /\bje ne (?:veux|souhaite|desire) plus\b.{0,12}\b(?:recevoir|etre contacte|de sms|de messages?|vos)/,
  /\b(?:desabonnez|desinscrivez|desabonne|desinscris|retirez|supprimez|enlevez)(?:-| )(?:moi|mon numero|nous)\b/,
  /\b(?:me desabonner|me desinscrire)\b/,
  /\blaissez-?(?: )?moi tranquille\b/,
  /\bje retire mon (?:consentement|accord)\b/,
  // es
  /\bno (?:me|nos) (?:envien?|envies|manden?|mandes|escriban?|escribas|contacten?|contactes|molesten?|molestes)\b.{0,12}\bmas\b/,
  /\bno (?:deseo|quiero) (?:recibir|seguir recibiendo)\b|\b(?:dejar|parar) de recibir\b|\bya no (?:me|nos) (?:manden?|envien?|escriban?|contacten?)\b/,
  /\bno (?:me|nos) (?:escriban|contacten|molesten|escribas|contactes)\b/,
  /(?<!no )\b(?:dejen?|deja|paren?) (?:de|ya de) (?:enviar|envia|escribir|mandar|molestar|contactar|spam|mensaj)/,
  /\b(?:darme|dame|denme|doy|dar) de baja\b|\bquiero (?:la |mi )?baja\b/,
  /\bno quiero\b.{0,12}\b(?:mas |recibir |sus )+.{0,10}\b(?:mensajes?|sms|textos|correos|publicidad|promociones)\b/,
  /(?:^|[.!,;] ?|\bfavor )(?:no mas|basta de|ni un) .{0,6}(?:mensajes?|sms|textos|publicidad|correos)\b/,
  /\b(?:quiten|quitenme|borren|borrenme|eliminen|eliminenme|saquenme)\b.{0,12}(?:\bmi numero\b|\bde (?:la|su) lista\b|\bme\b)/,
  /\bretiro mi consentimiento\b|\bcancelar (?:la |mi )?suscripcion\b/,
  // it
  /\bnon (?:inviate|mandate|scrivete|contattate)\b.{0,10}\bpiu\b/,
  /\bnon (?:inviatemi|mandatemi|scrivetemi|contattatemi|inviarmi|mandarmi|scrivermi|contattarmi|disturbatemi)\b/,
  /(?<!non )\b(?:smettete|smettetela|smetti|smettila|piantatela) (?:di|con)\b.{0,20}(?:scriver|invia|manda|contatta|messagg|sms|disturba|spam)/,
  /\b(?:basta|niente piu) (?:con )?(?:i |questi |gli )?(?:sms|messaggi|pubblicita|email)\b/,
  /\b(?:cancellatemi|disiscrivetemi|toglietemi|rimuovetemi|eliminatemi)\b|\bcancellate il mio numero\b|\b(?:voglio )?disiscrivermi\b/,
  /\bnon voglio (?:piu )?(?:ricevere|essere contattat|vostri|messaggi|sms)/,
  /\b(?:revoco|ritiro) il (?:mio )?consenso\b/,
  // nl
  /\bstop(?:pen)? (?:met|aub met|alstublieft met)\b.{0,12}(?:sms|bericht|stur|mail|app|reclame|lastig)/,
  /\bstuur (?:mij|me|ons)?.{0,10}\bgeen\b.{0,14}(?:sms|sms'jes|berichten|mails?|reclame)\b/,
  /(?:^|[.!,;] ?|\b(?:wil|graag|aub|alstublieft)\W+)geen (?:enkele |deze |jullie )?(?:sms|sms'jes|berichten|mails?|reclame)(?: meer)?\b/,
  /\b(?:schrijf|schrijven) (?:mij|me|u mij) (?:aub |alstublieft |graag )?uit\b|\bme (?:uitschrijven|afmelden)\b|\bmeld (?:mij|me) af\b/,
  /\blaat (?:mij|me) met rust\b|\b(?:verwijder|haal)\b.{0,8}\b(?:mijn nummer|mij|me)\b/,
  /\btrek\b.{0,6}\bmijn toestemming\b.{0,4}\bin\b/,
  // pt
  /\bnao (?:enviar|mandar|enviem|mandem) mais\b|\bsair d(?:a|esta) lista\b/,
  /\bnao (?:me|nos) (?:enviem?|envie|mandem?|mande|escrevam?|contatem?|contactem?|perturbem?|incomodem?)\b/,
  /(?<!nao )\b(?:parem?|pare|deixem?|deixe|para) de (?:me )?(?:enviar|mandar|escrever|contatar|contactar|incomodar|perturbar|spam)/,
  /\bnao quero\b.{0,8}\b(?:mais |receber )+.{0,12}\b(?:mensagens|mensagem|sms|e-?mails?|publicidade|promocoes)\b/,
  /\b(?:me |mim )?(?:tirem|tire|remova|removam|retirem|retire|apaguem)(?:-me)?\b.{0,8}\b(?:da lista|meu numero|o meu numero|desta lista)\b/,
  /\b(?:cancelar|quero cancelar) (?:a |minha )*(?:inscricao|assinatura de sms|subscricao)\b|\bparem com (?:as |os )?(?:mensagens|sms|e-?mails)\b|\bretiro (?:o )?meu consentimento\b/,
];

/** Where one of these is, nobody wants an end: what would be read as one is taken back. */
export const EXCEPT: readonly RegExp[] = [
  // "don't stop texting me", but neither "why don't you stop texting me" nor "I don't want …"
  /\b(?:don't|do not|dont|never|wouldn't|won't|didn't|did not|not) (?:ever |you ever |you dare |want you to |want to )?(?:stop|quit|cease|end|cancel|unsubscribe|remove|delete|opt(?:ing)? ?-?out|discontinue|leave me alone)\b/,
  /\b(?:did i|have i|was i|am i|why was i|why am i|i was|i got|been) (?:\w+ ){0,2}(?:unsubscribed?|opt(?:ed)? ?-?out|removed|stopped)\b/,
  /\b(?:did|do|does|will|would|when|why did) (?:you|they|the messages|it) (?:ever )?stop\b/,
  /\b(?:accidentally|by mistake|by accident|mistakenly)\b/,
  /\b(?:if|unless|before|until) i (?:unsubscribe|opt out|want to|cancel)\b/,
  /\b(?:opt|sign|subscribe) (?:me )?(?:back )?(?:in|up)\b(?! to get| for)/,
  /\b(?:text|message|contact|call|email|sms|write(?: to)?) me (?:before|after|until|till|at|on|between|during|about|while|the|a|if|when|from|in the)\b/,
  /\b(?:aufhoren|hort|hore|horen sie) (?:bitte )?(?:nicht|nie|niemals) auf\b|\bnicht (?:ab(?:melden|bestellen)|aufhoren)\b/,
  /\bn'arret|\bn'arretez|\bne (?:cessez|me desabonnez|me retirez) (?:pas|jamais|surtout pas)\b/,
  /\bno (?:dejen?|deja|paren?|quiero (?:darme|la|mi) (?:de )?baja|me (?:den|quiten|borren))\b/,
  /\bnon (?:smettete|smettetela|smetti|smettila|cancellatemi|disiscrivetemi|toglietemi)\b/,
  /\b(?:stop|schrijf me|meld me|haal me) (?:er )?(?:vooral )?niet\b/,
  /\bnao (?:parem?|pare|deixem?|me (?:tirem|removam|retirem))\b/,
  /\b(?:driver|courier|delivery man|bus|train|colleague|friend|husband|wife|boss|neighbou?r)\b.{0,25}\b(?:text|message|contact|call|stop)/,
];
