export { compileExpression } from './compile-expression.ts';
export type { Bindings, CompiledExpression, Evaluation } from './compile-expression.ts';
export { FUNCTIONS } from './functions.ts';
export type { Value } from './value.ts';
