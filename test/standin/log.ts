type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'fatal' | 'panic';

const ranks: Record<LogLevel, number> = {
  debug: 5,
  info: 4,
  warning: 3,
  error: 2,
  fatal: 1,
  panic: 0,
};

let threshold = ranks.info;

type LogFields = Record<string, string | number>;

export function setLogLevel(level: LogLevel): void {
  threshold = ranks[level];
}

/** The spellings `--log-level` takes. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const level = text.toLowerCase() === 'warn' ? 'warning' : text.toLowerCase();
  return level in ranks ? (level as LogLevel) : undefined;
}

/** One line as the imitated program writes it when its output is no terminal. */
export function formatLogLine(
  level: LogLevel,
  message: string,
  fields: LogFields = {},
  now = new Date(),
): string {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const pairs = Object.keys(fields)
    .sort()
    .map((key) => `${key}=${quoteUnlessPlain(String(fields[key]))} `);
  return `time=${JSON.stringify(time)} level=${level} msg=${JSON.stringify(message)} ${pairs.join('')}\n`;
}

function quoteUnlessPlain(value: string): string {
  return /^[A-Za-z0-9.-]*$/.test(value) ? value : JSON.stringify(value);
}

function write(level: LogLevel, message: string, fields?: LogFields): void {
  if (ranks[level] <= threshold) process.stdout.write(formatLogLine(level, message, fields));
}

/** Logs go to stdout, like those of the program imitated. */
export const log = {
  debug: (message: string, fields?: LogFields) => write('debug', message, fields),
  info: (message: string, fields?: LogFields) => write('info', message, fields),
  warn: (message: string, fields?: LogFields) => write('warning', message, fields),
  error: (message: string, fields?: LogFields) => write('error', message, fields),
};
