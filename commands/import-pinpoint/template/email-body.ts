const part = (html: string, tag: string): string | undefined =>
  new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`, 'i').exec(html)?.[1];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** HTML inside MJML, as it was: its styles in the head, what its body holds in the body. Links lead to https. */
export const mjmlOf = (html: string): string => {
  const styles = [...html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/gi)].map((match) => match[1] ?? '');
  const body =
    part(html, 'body') ??
    html
      .replace(/<!doctype[^>]*>/i, '')
      .replace(/<head\b[\s\S]*?<\/head>/i, '')
      .replaceAll(/<\/?html\b[^>]*>/gi, '');
  const inner = body
    .replaceAll(/<style\b[^>]*>[\s\S]*?<\/style>/gi, '')
    .replaceAll(/(\s(?:href|src)\s*=\s*["'])http:\/\//gi, '$1https://');
  const title = part(html, 'title');
  const head = [
    ...(title === undefined ? [] : [`    <mj-title>${title}</mj-title>`]),
    ...styles.map((style) => `    <mj-style>${style}</mj-style>`),
  ];
  const heads = head.length === 0 ? [] : ['  <mj-head>', ...head, '  </mj-head>'];
  return [
    '<mjml>',
    ...heads,
    '  <mj-body>',
    '    <mj-raw>',
    inner.trim(),
    '    </mj-raw>',
    '  </mj-body>',
    '</mjml>',
    '',
  ].join('\n');
};

/** An email that was written as text alone. */
export const mjmlOfText = (text: string): string => mjmlOf(`<p>${escaped(text).replaceAll(/\r?\n/g, '<br />\n')}</p>`);
