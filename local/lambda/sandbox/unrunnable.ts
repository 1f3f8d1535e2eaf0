export interface Code {
  readonly S3Key?: string | undefined;
  readonly ZipFile?: string | undefined;
  readonly ImageUri?: string | undefined;
}

/** Why a function of the template cannot run here, with what to do about it; undefined when it can. */
export function unrunnable(code: Code, runtime: string): string | undefined {
  if (code.ImageUri !== undefined) return 'its code is a container image, and only Node.js assets run here';
  if (code.ZipFile !== undefined)
    return 'its code is written into the template (ZipFile); make a file of it, such as with Code.fromAsset of the CDK';
  if (!runtime.startsWith('nodejs')) return `its runtime is ${runtime}, and only Node.js runs here`;
  return undefined;
}
