import { stringify } from 'yaml';
import type { Behaviour } from './behaviour.ts';

const preface = `# How the customers of this journey behave, for \`npm run simulate\`. Shares are percent; what is left out is as here.
# events: \`every\` comes by itself; \`after\` follows \`entry\`, a step, or what came back of its message (\`reminder clicked\`).
# Values: as they stand, or drawn: { new: cart }, { entry: cart_id }, { between: [15, 150] }, { one: [a, b] },
# { shares: { a: 80, b: 20 } }, { in: 14 days }.
`;

/** A behaviour as a file to begin with. */
export const behaviourText = (behaviour: Behaviour): string => `${preface}${stringify(behaviour, { lineWidth: 120 })}`;
