/** Counted from one. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface PlacedProblem extends Place {
  readonly sentence: string;
}

/** Problems as editors and terminals know them, in the order of the file. */
export function sayPlaced(file: string, problems: readonly PlacedProblem[]): string[] {
  return [...problems]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, sentence }) => `${file}:${String(line)}:${String(column)}: ${sentence}`);
}
