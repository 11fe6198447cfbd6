interface Initialized {
  readonly file: string;
  readonly written: boolean;
  readonly pipeline: { readonly file: string; readonly includeIn: string | null } | null;
}

/** What is written, and how to go on. */
export function renderInit({ file, written, pipeline }: Initialized, bin: string): string {
  const config = `${file} ${written ? 'is written' : 'stays as it is'}`;
  if (!pipeline) return `${config}\n\n  ${bin} create -f ${file}`;
  const said = `${config}\n${pipeline.file} is written: put your tests in the place of its example`;
  if (pipeline.includeIn === null) return said;
  return `${said}\n\nTo be added to ${pipeline.includeIn}:\n\n  include:\n    - local: /${pipeline.file}`;
}
