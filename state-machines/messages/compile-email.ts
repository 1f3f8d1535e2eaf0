import type { EmailFile } from './message-file.ts';
import type { MessageFault } from './message-fault.ts';
import { plainTextOf } from './plain-text.ts';

export type CompiledEmail = { readonly html: string; readonly text: string };

/** Indentation is half of what MJML writes. A line break is worth a space, so nothing that is seen moves. */
const light = (html: string): string => html.replaceAll(/\s*\n\s*/g, '\n').trim();

const withPreheader = ({ body, front }: EmailFile): string => {
  if (front.preheader === undefined) return body;
  const preview = `<mj-preview>${front.preheader}</mj-preview>`;
  if (body.includes('<mj-head>')) return body.replace('<mj-head>', () => `<mj-head>${preview}`);
  return body.replace(/<mjml\b[^>]*>/, (tag) => `${tag}<mj-head>${preview}</mj-head>`);
};

type MjmlError = { readonly line: number; readonly message: string; readonly tagName: string };

const faultOf = ({ file, body, bodyLine }: EmailFile, { line, message, tagName }: MjmlError): MessageFault => {
  const text = body.split('\n')[line - 1] ?? '';
  return { file, line: line + bodyLine, column: Math.max(0, text.indexOf(`<${tagName}`)) + 1, message };
};

/** HTML and plain text of an email in MJML; Liquid survives in both. MJML takes seconds to load, hence only here and now. */
export const compileEmail = async (email: EmailFile): Promise<CompiledEmail | readonly MessageFault[]> => {
  const { default: mjml } = await import('mjml');
  try {
    // No fonts: a web font is a request to a third party each time a customer opens the email.
    const { html, errors } = await mjml(withPreheader(email), { ignoreIncludes: true, keepComments: false, fonts: {} });
    if (errors.length > 0) return errors.map((error) => faultOf(email, error));
    const lean = light(html);
    return { html: lean, text: email.front.text ?? plainTextOf(lean) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : 'MJML could not read this';
    return [{ file: email.file, line: email.bodyLine + 1, column: 1, message }];
  }
};
