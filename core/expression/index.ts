export { closestWord } from './closest-word.ts';
export { compileExpression, onMismatch } from './compile-expression.ts';
export type { Bindings, CompiledExpression, Evaluation } from './compile-expression.ts';
export { FUNCTIONS } from './functions.ts';
export { pathsOf, type ReadPath } from './paths-of.ts';
export type { Value } from './value.ts';
export { foresee, type Foresight } from './foresight/foresee.ts';
export { anyData, type Kind, type Kinds, kinds } from './foresight/kinds.ts';
