export { previewMapping } from './preview-mapping.ts';
export { type Mapping, readMapping, readMappings, spell } from './read-mapping.ts';
