import type { Ground } from '../local/ground.ts';

export type Publication = {
  readonly name: string;
  /** The journey whose state machine of the stack carries it: its own, or in a test another's. */
  readonly machine: string;
  /** As compiled, with `${…}` for the stack's own values. */
  readonly definition: string;
  /** What `journey.json` holds. */
  readonly document: string;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The compiled machine with the stack's own values filled in, as CloudFormation would. */
const filledIn = (definition: string, substitutions: unknown): string =>
  definition.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) =>
    String((isRecord(substitutions) ? substitutions[name] : undefined) ?? whole),
  );

/**
 * Updates the state machine and publishes the document, with the calls a deployment makes. Resolves with what became of it,
 * such as `live, version 2`.
 */
export const publishJourney = async (ground: Ground, publication: Publication): Promise<string> => {
  const { name, definition, document } = publication;
  const machine = ground.stack
    .all('AWS::StepFunctions::StateMachine')
    .find(({ properties }) => String(properties['StateMachineName']).endsWith(`-${publication.machine}`));
  const publisher = ground.stack
    .all('AWS::Lambda::Function')
    .find(({ properties }) => String(properties['FunctionName']).endsWith('-publish-journey'));
  if (machine === undefined || publisher === undefined)
    return 'new to the stack: end this with Ctrl-C and npm start again.';
  const updated = await ground.call('states', 'UpdateStateMachine', {
    stateMachineArn: machine.arn,
    definition: filledIn(definition, machine.properties['DefinitionSubstitutions']),
    publish: true,
  });
  const answered = new Promise<string>((resolve) => ground.awaitAnswer(name, resolve));
  await ground.call('lambda', 'Invoke', {
    FunctionName: publisher.ref,
    Payload: {
      RequestType: 'Update',
      ResponseURL: `${ground.awsUrl}/_local/answers/${name}`,
      StackId: 'local',
      RequestId: name,
      LogicalResourceId: name,
      ResourceProperties: { Name: name, Document: document, Machine: String(updated['stateMachineVersionArn']) },
    },
  });
  return answered;
};
