import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';

const Order = z.strictObject({
  switch: z.enum(['all', 'email', 'sms', 'push']),
  off: z.boolean(),
  because: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
});
/** What somebody wants to switch, and why. */
export type Order = z.infer<typeof Order>;

const expected =
  'Send {"switch": "all" | "email" | "sms" | "push", "off": true | false, "because": "…"}, the reason in up to 200 letters.';

/** The order of a request, or a sentence on what is wrong with it. */
export const readSwitch = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Order | string => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    const order = Order.safeParse(JSON.parse(text));
    if (order.success) return order.data;
    const field = order.error.issues[0]?.path.join('.') || 'the body';
    return `\`${field}\` is missing, unknown or of the wrong kind. ${expected}`;
  } catch {
    return `The body is not JSON. ${expected}`;
  }
};
