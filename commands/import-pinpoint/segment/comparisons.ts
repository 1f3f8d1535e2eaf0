import type { AttributeDimension, MetricDimension } from '../read/condition-shapes.ts';
import { type Condition, negated, quoted } from './condition.ts';

const operators = {
  GREATER_THAN: '>',
  LESS_THAN: '<',
  GREATER_THAN_OR_EQUAL: '>=',
  LESS_THAN_OR_EQUAL: '<=',
  EQUAL: '=',
} as const;

export const metricHolds = (path: string, { ComparisonOperator, Value }: MetricDimension): Condition => ({
  when: `${path} ${operators[ComparisonOperator]} ${Value}`,
});

/** One of the values is there: as the value itself, or in a list of them. */
export const hasAnyOf = (path: string, values: readonly string[]): Condition => ({
  when: values.map((value) => `${quoted(value)} in ${path}`).join(' or ') || 'false',
});

const anyOf = (values: readonly string[], write: (value: string) => string): Condition => ({
  when: values.map(write).join(' or ') || 'false',
});

const instant = (path: string, sign: string, value: string | undefined): string =>
  `$toMillis(${path}) ${sign} $toMillis(${quoted(value ?? '')})`;

const isDate = (value: string): boolean => !Number.isNaN(Date.parse(value));

/** Pinpoint's comparisons of an attribute, as a condition on what is at `path`. */
export const attributeHolds = (
  path: string,
  { AttributeType = 'INCLUSIVE', Values }: AttributeDimension,
): Condition => {
  const isDated = ['BEFORE', 'AFTER', 'ON', 'BETWEEN'].includes(AttributeType);
  const wrong = Values.find((value) => !isDate(value));
  if (isDated && wrong !== undefined)
    return { incomplete: `${quoted(wrong)} is no date, though it is compared as one.` };
  switch (AttributeType) {
    case 'INCLUSIVE':
      return hasAnyOf(path, Values);
    case 'EXCLUSIVE':
      return negated(hasAnyOf(path, Values));
    case 'CONTAINS':
      return anyOf(Values, (value) => `$count(${path}[$contains($, ${quoted(value)})]) > 0`);
    case 'BEFORE':
      return anyOf(Values, (value) => instant(path, '<', value));
    case 'AFTER':
      return anyOf(Values, (value) => instant(path, '>', value));
    case 'ON':
      return anyOf(Values, (value) => `$substring(${path}, 0, 10) = ${quoted(value.slice(0, 10))}`);
    case 'BETWEEN':
      return { when: `${instant(path, '>=', Values[0])} and ${instant(path, '<=', Values[1] ?? Values[0])}` };
  }
};
