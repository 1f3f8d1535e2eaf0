/** An expression of the portable subset, checked: whatever has this shape can be evaluated. */
export type Syntax =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'array'; readonly items: readonly Syntax[] }
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'field'; readonly name: string }
  /** `$`, the item a predicate or a step is about. */
  | { readonly kind: 'item' }
  /** `$$`, where the roots are. */
  | { readonly kind: 'root' }
  | { readonly kind: 'group'; readonly of: Syntax }
  | { readonly kind: 'filtered'; readonly of: Syntax; readonly filters: readonly Filter[] }
  | { readonly kind: 'negative'; readonly of: Syntax }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'condition'; readonly test: Syntax; readonly consequent: Syntax; readonly alternative?: Syntax }
  | { readonly kind: 'call'; readonly name: string; readonly inputs: readonly Syntax[] };

export type Step = { readonly of: Syntax; readonly filters: readonly Filter[] };

/** `[0]` and `[-1]` count, anything else is tried on each item. */
export type Filter =
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where'; readonly test: Syntax };

export const OPERATORS = ['and', 'or', 'in', '=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&'] as const;
export type Operator = (typeof OPERATORS)[number];
