import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefinitionBody, type DefinitionConfig } from 'aws-cdk-lib/aws-stepfunctions';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

/** A definition as a file of the assembly: a template has room for 1 MB, and ten journeys would fill it. */
class DefinitionFile extends DefinitionBody {
  private readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  bind(scope: Construct): DefinitionConfig {
    const folder = mkdtempSync(join(tmpdir(), 'segue-definition-'));
    try {
      const path = join(folder, 'definition.json');
      writeFileSync(path, this.text);
      // Its name is a hash of what is in it, and it is copied into the assembly here and now.
      const { s3BucketName: bucket, s3ObjectKey: key } = new Asset(scope, 'Definition', { path });
      return { definitionS3Location: { bucket, key } };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

export const definitionFile = (text: string): DefinitionBody => new DefinitionFile(text);
