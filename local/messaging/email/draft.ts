import PostalMime, { addressParser } from 'postal-mime';

export type Header = { readonly name: string; readonly value: string };
/** An email as it was handed in, by whichever operation. */
export type Draft = {
  readonly from: string;
  readonly destinations: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly Header[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  readonly bytes: number;
};

/** Addresses without names: `Ann <ann@x.example>, bob@x.example` → two. */
export const addressesIn = (text: string): readonly string[] =>
  addressParser(text, { flatten: true }).flatMap(({ address }) => (address === undefined ? [] : [address]));

/** Reads a MIME message. What the caller says beside it wins over `X-SES-` headers. */
export const draftOfMime = async (raw: Buffer): Promise<Draft> => {
  const email = await PostalMime.parse(raw);
  const headers = email.headers.map(({ originalKey, value }) => ({ name: originalKey, value }));
  const of = (name: string) => headers.filter((one) => one.name.toLowerCase() === name).map(({ value }) => value);
  const [configurationSet] = of('x-ses-configuration-set');
  return {
    from: of('from')[0] ?? '',
    destinations: [...of('to'), ...of('cc'), ...of('bcc')].flatMap(addressesIn),
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    headers,
    tags: Object.fromEntries(of('x-ses-message-tags').flatMap(tagPairs)),
    ...(configurationSet === undefined ? {} : { configurationSet }),
    bytes: raw.length,
  };
};

const tagPairs = (value: string): readonly (readonly [string, string])[] =>
  value.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const];
  });

type Simple = {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly Header[];
};

/** The draft of an email given in parts: SES writes the headers. */
export const draftOfParts = (simple: Simple): Draft => {
  const { from, subject, text, html } = simple;
  return {
    from,
    destinations: [...simple.to, ...simple.cc, ...simple.bcc].flatMap(addressesIn),
    subject,
    text,
    html,
    headers: [
      ...line('From', from),
      ...line('Reply-To', simple.replyTo.join(', ')),
      ...line('To', simple.to.join(', ')),
      ...line('Cc', simple.cc.join(', ')),
      ...line('Subject', subject),
      { name: 'MIME-Version', value: '1.0' },
      ...simple.headers,
    ],
    tags: {},
    bytes: Buffer.byteLength(subject) + Buffer.byteLength(text) + Buffer.byteLength(html),
  };
};

const line = (name: string, value: string): readonly Header[] => (value === '' ? [] : [{ name, value }]);
