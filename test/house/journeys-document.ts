import { flowchartOf, type JourneyDocument, planJourney, proofLines, proofsOf } from '#core/journey';

export type Shipped = {
  readonly journey: JourneyDocument;
  /** Whether it has a page of its own in `docs/journeys`. */
  readonly hasPage: boolean;
};

const beginning = `# The journeys that ship

Each is a folder in [state-machines](../state-machines), written in [the journey language](journey-language.md). The drawings and
what is certain of every run are made from the files and compared with them by a test; \`npx vitest -u test/house\` writes this page
anew. Costs are list prices in us-east-1, for customers who all take the dearest way.`;

const sectionOf = ({ journey, hasPage }: Shipped, topics: Parameters<typeof proofsOf>[1]['topics']): string => {
  const { name, description = '' } = journey;
  const page = hasPage ? ` [More about it](journeys/${name}.md).` : '';
  return [
    `## [${name}](../state-machines/${name}/journey.yaml)`,
    `${description}${page}`,
    proofLines(proofsOf(journey, { topics }))
      .map((line) => `* ${line}`)
      .join('\n'),
    `\`\`\`mermaid\n${flowchartOf(planJourney(journey))}\n\`\`\``,
  ].join('\n\n');
};

/** `docs/journeys.md`, from the compiled journeys. */
export const journeysDocument = (
  journeys: readonly Shipped[],
  topics: Parameters<typeof proofsOf>[1]['topics'],
): string => `${[beginning, ...journeys.map((each) => sectionOf(each, topics))].join('\n\n')}\n`;
