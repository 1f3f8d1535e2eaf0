/** How to say how to leave, by language; others get the English. */
const stop: { readonly [language: string]: string } = {
  de: 'Abmelden: STOP antworten',
  en: 'Reply STOP to opt out',
  es: 'Responda STOP para no recibir más',
  fr: 'Répondez STOP pour vous désabonner',
  it: 'Rispondi STOP per non ricevere altri SMS',
  nl: 'Antwoord STOP om u af te melden',
};

/**
 * The first text message somebody gets at a number: it says who writes and how to end it, in words of its own or in ours.
 * @param by the sender, as customers know them
 * @param locale BCP 47 tag of the language the message is written in
 */
export const introduced = (text: string, by: string, locale = 'en'): string => {
  const named = text.toLowerCase().includes(by.toLowerCase()) ? text : `${by}: ${text}`;
  const [language = 'en'] = locale.toLowerCase().split('-');
  const leave = Object.hasOwn(stop, language) ? stop[language] : stop['en'];
  return /\bSTOP\b/.test(named) ? named : `${named.trimEnd()} ${leave}`;
};
