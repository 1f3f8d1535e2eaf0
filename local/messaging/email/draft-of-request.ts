import * as z from 'zod';
import { AwsError } from '../../world.ts';
import { type Draft, draftOfMime, draftOfParts } from './draft.ts';

const addresses = z.array(z.string()).default([]);
const destination = z.object({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }).prefault({});
const content = z.object({ Data: z.string(), Charset: z.string().optional() });
const body = z.object({ Text: content.optional(), Html: content.optional() });
const tags = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);

export const sendRawEmail = z.object({
  Source: z.string().optional(),
  Destinations: addresses,
  RawMessage: z.object({ Data: z.string() }),
  ConfigurationSetName: z.string().optional(),
  Tags: tags,
});
export const sendEmail = z.object({
  Source: z.string(),
  Destination: destination,
  Message: z.object({ Subject: content, Body: body }),
  ReplyToAddresses: addresses,
  ConfigurationSetName: z.string().optional(),
  Tags: tags,
});
export const sendEmailV2 = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: destination,
  ReplyToAddresses: addresses,
  Content: z.strictObject({
    Simple: z
      .object({
        Subject: content,
        Body: body,
        Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      })
      .optional(),
    Raw: z.object({ Data: z.string() }).optional(),
  }),
  ConfigurationSetName: z.string().optional(),
  EmailTags: tags,
});

/** The draft in a `SendRawEmail` request. */
export const draftOfRaw = async (given: z.output<typeof sendRawEmail>): Promise<Draft> =>
  described(await draftOfMime(Buffer.from(given.RawMessage.Data, 'base64')), given);

/** The draft in version 1's `SendEmail`. */
export const draftOfV1 = (given: z.output<typeof sendEmail>): Draft =>
  described(
    draftOfParts({
      from: given.Source,
      ...recipientsOf(given.Destination),
      replyTo: given.ReplyToAddresses,
      subject: given.Message.Subject.Data,
      text: given.Message.Body.Text?.Data ?? '',
      html: given.Message.Body.Html?.Data ?? '',
      headers: [],
    }),
    given,
  );

/** The draft in version 2's `SendEmail`, simple or raw. */
export const draftOfV2 = async (given: z.output<typeof sendEmailV2>): Promise<Draft> =>
  described(await contentOf(given), { ...given, Tags: given.EmailTags });

const contentOf = async (given: z.output<typeof sendEmailV2>): Promise<Draft> => {
  const { Simple, Raw } = given.Content;
  const to = recipientsOf(given.Destination);
  const from = given.FromEmailAddress;
  if (Raw !== undefined) {
    const draft = await draftOfMime(Buffer.from(Raw.Data, 'base64'));
    const destinations = [...to.to, ...to.cc, ...to.bcc];
    return {
      ...draft,
      ...(from === undefined ? {} : { from }),
      ...(destinations.length === 0 ? {} : { destinations }),
    };
  }
  if (Simple === undefined) throw new AwsError('BadRequestException', 'Content must have Simple or Raw.');
  return draftOfParts({
    from: from ?? '',
    ...to,
    replyTo: given.ReplyToAddresses,
    subject: Simple.Subject.Data,
    text: Simple.Body.Text?.Data ?? '',
    html: Simple.Body.Html?.Data ?? '',
    headers: Simple.Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
  });
};

const recipientsOf = ({ ToAddresses, CcAddresses, BccAddresses }: z.output<typeof destination>) => ({
  to: ToAddresses,
  cc: CcAddresses,
  bcc: BccAddresses,
});

type Said = {
  readonly Source?: string | undefined;
  readonly Destinations?: readonly string[];
  readonly ConfigurationSetName?: string | undefined;
  readonly Tags: readonly { readonly Name: string; readonly Value: string }[];
};

/** The draft with what the request says beside the message. */
const described = (draft: Draft, said: Said): Draft => ({
  ...draft,
  ...(said.Source === undefined ? {} : { from: said.Source }),
  ...(said.Destinations === undefined || said.Destinations.length === 0 ? {} : { destinations: said.Destinations }),
  ...(said.ConfigurationSetName === undefined ? {} : { configurationSet: said.ConfigurationSetName }),
  tags: { ...draft.tags, ...Object.fromEntries(said.Tags.map(({ Name, Value }) => [Name, Value])) },
});
