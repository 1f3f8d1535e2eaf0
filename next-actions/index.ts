export { readNextActions } from './read-next-actions.ts';
