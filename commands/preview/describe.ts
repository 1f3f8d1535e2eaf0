import { prices } from '#core/journey';
import { smsSegments, type MessageContent } from '#core/message';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'", quot: '"' };

/** The line an inbox shows after the subject: hidden at the top of the page. */
const preheaderOf = (html: string): string | undefined =>
  /<div[^>]*display:none[^>]*>([^<]*)<\/div>/
    .exec(html)?.[1]
    ?.replaceAll(/&([a-z]+|#\d+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .trim();

const weightOf = (html: string): string => {
  const kilobytes = Buffer.byteLength(html) / 1000;
  return `${kilobytes.toFixed(1)} KB of HTML${kilobytes > 102 ? ', which Gmail clips at 102 KB' : ''}`;
};

const costOf = (text: string): string => {
  const { encoding, segments, characters } = smsSegments(text);
  const price = (segments * prices.smsPart.US).toFixed(4);
  return `${segments} ${segments === 1 ? 'SMS' : 'SMS for one'}, ${characters} characters in ${encoding}, about $${price} to the United States`;
};

/** What is worth knowing of a message before it is sent, a line each. */
export const describe = (content: MessageContent): readonly string[] => {
  switch (content.channel) {
    case 'email': {
      const preheader = preheaderOf(content.html);
      const links = new Set([...content.html.matchAll(/\shref="([^"]*)"/g)].map(([, link]) => link));
      return [
        `Subject    ${content.subject}`,
        ...(preheader === undefined ? [] : [`Preheader  ${preheader}`]),
        `Weight     ${weightOf(content.html)}, ${links.size} ${links.size === 1 ? 'link' : 'links'}`,
      ];
    }
    case 'sms':
      return [`Text       ${content.text}`, `Cost       ${costOf(content.text)}`];
    case 'push':
      return [`Title      ${content.title}`, `Body       ${content.body}`];
  }
};
