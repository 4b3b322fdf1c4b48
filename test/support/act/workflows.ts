/** How a user's workflow refers to the action. */
export const PUBLISHED = 'outpost/deploy-action@v1';

/** A step of a workflow, in GitHub's syntax. */
export type Step = Readonly<Record<string, unknown>>;

/** `${{ steps.outpost.outputs.NAME }}` */
export function output(name: string): string {
  return `\${{ steps.outpost.outputs.${name} }}`;
}

/** A step that uses this action, with the id `outpost`. */
export function deployStep(
  uses: string,
  inputs: Readonly<Record<string, string>> = {},
): Step & { readonly with: Step } {
  const given = {
    token: '${{ secrets.OUTPOST_TOKEN }}',
    'token-name': 'GitHub Actions',
    service: 'acme/web',
    ...inputs,
  };
  return { uses, id: 'outpost', with: given };
}

/**
 * Steps that print what this action left behind: one after a success, one after a failure, and one
 * that always prints the report.
 */
export const readers: readonly Step[] = [
  {
    name: 'After a success',
    env: {
      STATUS: output('status'),
      ENDPOINT: output('endpoint'),
      SERVICE: "${{ fromJSON(steps.outpost.outputs.deployments || '[{}]')[0].service }}",
    },
    run: 'test "$STATUS" = deployed && echo "next step: $STATUS, $SERVICE, $ENDPOINT"',
  },
  {
    name: 'After a failure',
    if: 'failure()',
    env: {
      STATUS: output('status'),
      CODE: output('failure-code'),
      OUTCOME: '${{ steps.outpost.outcome }}',
    },
    run: 'echo "failure step: $OUTCOME, $STATUS, $CODE"',
  },
  {
    name: 'In any case',
    if: 'always()',
    env: { REPORT: output('report') },
    // If the step was killed, there is no report.
    run: `node -e 'console.log("report: " + JSON.parse(fs.readFileSync(process.env.REPORT || 0, "utf8") || "{}").exit_status)' < /dev/null`,
  },
];

/**
 * A workflow with a job of these steps, and a second job that needs the first and reads its output.
 * Written as JSON, which is valid YAML.
 */
export function workflowOf(steps: readonly Step[]): string {
  const last = {
    name: 'In the next job',
    env: { STATUS: '${{ needs.deploy.outputs.status }}' },
    run: 'echo "next job: $STATUS"',
  };
  const jobs = {
    deploy: { 'runs-on': 'ubuntu-latest', outputs: { status: output('status') }, steps },
    last: { needs: 'deploy', 'runs-on': 'ubuntu-latest', steps: [last] },
  };
  return JSON.stringify({ name: 'Deploy', on: ['push', 'workflow_dispatch'], jobs }, undefined, 2);
}
