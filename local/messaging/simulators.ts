/**
 * Addresses of the SES mailbox simulator, by what stands before the `@` and an optional `+label`. An answer that somebody is
 * out of office goes to the return path and is no event; who is on the suppression list of all of SES bounces.
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
 */
const mailboxes = {
  success: 'deliver',
  bounce: 'bounce',
  complaint: 'complain',
  ooto: 'deliver',
  suppressionlist: 'suppressed-everywhere',
} as const;

/** Of each country the number that takes every message, and the one that takes none. @see https://docs.aws.amazon.com/sms-voice/latest/userguide/test-phone-numbers.html */
const numbers = [
  ['+61455944038', '+61455944039'],
  ['+43676800442031', '+43676800442032'],
  ['+32460213922', '+32460213923'],
  ['+56229140630', '+56229140631'],
  ['+420790542286', '+420790542287'],
  ['+4525919410', '+4525919215'],
  ['+37282720792', '+37282720793'],
  ['+3584573979110', '+3584573979111'],
  ['+33755512501', '+33755512502'],
  ['+85257048426', '+85257048854'],
  ['+14254147755', '+14254147167'],
] as const;

const taking = new Set<string>(numbers.map(([taker]) => taker));
const failing = new Set<string>(numbers.map(([, failure]) => failure));

const isMailbox = (name: string): name is keyof typeof mailboxes => Object.hasOwn(mailboxes, name);

/** What AWS's own test recipients do with a message; undefined for everybody else. */
export const simulated = (address: string) => {
  const [, mailbox = ''] = /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/.exec(address.trim().toLowerCase()) ?? [];
  if (isMailbox(mailbox)) return mailboxes[mailbox];
  if (taking.has(address)) return 'deliver';
  return failing.has(address) ? 'bounce' : undefined;
};
