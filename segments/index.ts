export { readSegments } from './read-segments.ts';
