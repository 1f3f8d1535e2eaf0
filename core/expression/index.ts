export { closestWord } from './closest-word.ts';
export { compileExpression } from './compile-expression.ts';
export type { Bindings, CompiledExpression, Evaluation } from './compile-expression.ts';
export { FUNCTIONS } from './functions.ts';
export { pathsOf, type ReadPath } from './paths-of.ts';
export type { Value } from './value.ts';
