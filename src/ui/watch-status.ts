import type { ClusterStatus } from '../health/status.ts';
import { LiveScreen } from './live-screen.ts';
import { renderStatus } from './render-status.ts';

type Look = { readonly status: ClusterStatus } | { readonly problem: string };

interface View {
  show(look: Look): void;
  close(): void;
}

interface Stream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly rows?: number;
}

/** Where looks at a cluster are shown: live on a terminal; elsewhere each that differs, with its time. */
export function watchView(stream: Stream, live: boolean, now = () => new Date()): View {
  const time = () => now().toISOString().replace(/\..*/, 'Z');
  if (live) {
    const screen = new LiveScreen(stream);
    return {
      show: (look) => {
        screen.show(`${renderLook(look)}\n\n${time()}  Ctrl-C ends`);
      },
      close: () => {
        screen.close();
      },
    };
  }
  let last: string | undefined;
  return {
    show: (look) => {
      const text = renderLook(look);
      if (text !== last) stream.write(`${time()}\n${text}\n\n`);
      last = text;
    },
    close: () => undefined,
  };
}

function renderLook(look: Look): string {
  return 'status' in look ? renderStatus(look.status) : look.problem;
}
