/** Major version of the docker CLI on the PATH; undefined when there is none. */
export async function dockerCliVersion(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  const { execa } = await import('execa');
  const { stdout, failed } = await execa('docker', ['--version'], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 3000,
  });
  const major = /version (\d+)\./.exec(failed ? '' : stdout)?.[1];
  return major === undefined ? undefined : Number(major);
}
