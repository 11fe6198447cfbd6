const HOME = '\u001b[H';
const CLEAR_TO_END_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?1049l\u001b[?25h';

interface Screen {
  write(text: string): unknown;
  readonly rows?: number;
}

/**
 * A text that is written over and over in the same place, on the terminal's second screen, so that what
 * was there before comes back. Each line is overwritten, never cleared first: nothing flickers.
 */
export class LiveScreen {
  readonly #stream: Screen;
  #last = '';

  constructor(stream: Screen) {
    this.#stream = stream;
    stream.write(ENTER);
  }

  show(text: string): void {
    this.#last = text;
    const lines = text.split('\n').slice(0, this.#stream.rows ?? Infinity);
    const body = lines.map((line) => line + CLEAR_TO_END_OF_LINE).join('\r\n');
    this.#stream.write(HOME + body + CLEAR_BELOW);
  }

  /** Leaves the screen; what was shown last stays readable above the prompt. */
  close(): void {
    this.#stream.write(`${LEAVE}${this.#last}\n`);
  }
}
