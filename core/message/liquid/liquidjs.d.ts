/** The build without file system access: nothing in it can include a file, and no `node:fs` reaches a bundle. */
declare module 'liquidjs/dist/liquid.browser.mjs' {
  export {
    CaptureTag,
    Context,
    Liquid,
    LiquidError,
    toValue,
    toValueSync,
    Variable,
    type Emitter,
    type StaticAnalysis,
    type Template,
  } from 'liquidjs';
}
