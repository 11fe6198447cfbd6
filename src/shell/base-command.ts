import { homedir } from 'node:os';
import path from 'node:path';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type { ConfirmChange } from '../actions/change-cluster.ts';
import type { ActionContext } from '../actions/context.ts';
import { EXIT, SwarmctlError, failuresOf, reasonOf } from '../errors.ts';
import { StateHome } from '../state/home.ts';
import { DebugLog } from '../state/debug-log.ts';
import { firstOf } from '../util/abort.ts';
import type { EventLines } from '../ui/event-lines.ts';
import { eventsWanted } from './events-flags.ts';
import { deadline, interruption } from './interruption.ts';
import { asUsageError } from './usage-error.ts';

/** What every command shares: the JSON envelope, events, exit codes, the debug log, interruption. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    quiet: Flags.boolean({
      default: false,
      char: 'q',
      description: 'print results and errors only',
      helpGroup: 'GLOBAL',
    }),
  };

  readonly #warnings: string[] = [];
  #log: DebugLog | undefined;
  /** The bundle that was written of a failure. */
  #bundle: string | undefined;
  #events: EventLines | undefined;
  /** Whether stdout is for events alone. */
  #printsEvents = false;

  protected override async init(): Promise<void> {
    await super.init();
    // oclif would take an argument that is left out from standard input, which is not meant for us.
    for (const argument of Object.values({ ...this.ctor.args })) argument.ignoreStdin = true;
    // oclif leaves flags undefined where a command has none.
    const wanted = 'events' in { ...this.ctor.flags } ? eventsWanted(this.argv) : undefined;
    // A command without --json has no stdout of its own.
    if (!wanted || (wanted.file === undefined && !this.ctor.enableJsonFlag)) return;
    const { EventLines } = await import('../ui/event-lines.ts');
    const { eventSink } = await import('./event-sink.ts');
    const onLoss = (reason: string) => {
      this.warn(`--events-file ${wanted.file ?? ''} ends here: ${reason}`);
    };
    this.#events = new EventLines(eventSink(wanted.file, onLoss));
    this.#printsEvents = wanted.file === undefined;
  }

  protected override async _run<T>(): Promise<T> {
    const result = await super._run<T>();
    // Of a failure catch() has told.
    if (result !== undefined) this.#events?.line('result', this.toSuccessJson(result) as object);
    return result;
  }

  override jsonEnabled(): boolean {
    return super.jsonEnabled() || this.#printsEvents;
  }

  protected override logJson(document: unknown): void {
    // The last event has it.
    if (!this.#printsEvents) super.logJson(document);
  }

  override warn(input: Error | string): Error | string {
    const sentence = input instanceof Error ? input.message : input;
    this.#warnings.push(sentence);
    this.#log?.write(`warning: ${sentence}`);
    this.#events?.line('warning', { message: sentence });
    if (!this.jsonEnabled()) process.stderr.write(`Warning: ${sentence}\n`);
    return input;
  }

  /** Runs a use case within its time, following SIGINT, SIGTERM and SIGHUP. */
  protected async within<T>(
    options: {
      readonly timeout: number;
      readonly quiet: boolean;
      readonly lookAt?: ActionContext['lookAt'];
      /** Whether a signal is somebody else's, and does not end the work. */
      readonly spares?: (signal: NodeJS.Signals) => boolean;
    },
    action: (context: ActionContext) => Promise<T>,
  ): Promise<T> {
    const folder = process.env.SWARMCTL_HOME || path.join(homedir(), '.swarmctl');
    const home = new StateHome(folder, () => this.#log?.file);
    const log = (this.#log = new DebugLog(home.logs, this.id ?? 'swarmctl', process.argv.slice(2)));
    const ends = Date.now() + options.timeout;
    const signal = firstOf(interruption(options), deadline(options.timeout));
    const { createProgress } = await import('../ui/progress.ts');
    const { canAsk } = await import('../ui/terminal.ts');
    const silent = options.quiet || this.jsonEnabled();
    const events = this.#events;
    const progress = createProgress({ silent, log, events });
    const context: ActionContext = {
      home,
      env: process.env,
      userHome: homedir(),
      signal,
      // The waits inside end a little earlier than the whole, so that they can say why.
      remaining: () => Math.max(1, ends - Date.now() - 250),
      progress,
      warn: (sentence) => {
        this.warn(sentence);
      },
      note: (sentence) => {
        log.write(sentence);
        events?.line('note', { step: null, host: null, message: sentence });
        if (!silent) process.stderr.write(`${sentence}\n`);
      },
      onEvidence: (outcome) => {
        if ('file' in outcome) this.#bundle = outcome.file;
        else this.warn(`no support bundle could be written: ${outcome.problem}`);
      },
      lookAt: options.lookAt ?? { urls: [], ssh: { keyFile: null, strict: 'accept-new' } },
      interactive: canAsk(),
    };
    return action(context);
  }

  /** Shows what goes with a cluster and asks, where there is a person to ask. */
  protected confirmsRemoval(
    { yes, quiet }: { readonly yes: boolean; readonly quiet: boolean },
    signal: AbortSignal,
  ) {
    return async (cluster: string, goes: readonly string[], stays: string): Promise<boolean> => {
      const { confirm } = await import('../ui/confirm.ts');
      const { renderGoing } = await import('../ui/render-destroyed.ts');
      const mayAsk = !this.jsonEnabled();
      if (mayAsk && !quiet) process.stderr.write(renderGoing(cluster, goes, stays));
      return confirm({ message: `Remove cluster ${cluster}?`, yes, mayAsk, signal });
    };
  }

  /** Shows what of a cluster would change and asks, where there is a person to ask. */
  protected async confirmsChange(
    { yes, quiet }: { readonly yes: boolean; readonly quiet: boolean },
    signal: AbortSignal,
  ): Promise<ConfirmChange> {
    const { confirm } = await import('../ui/confirm.ts');
    const { canAsk } = await import('../ui/terminal.ts');
    const { renderPlan } = await import('../ui/render-plan.ts');
    const isSilent = this.jsonEnabled() || quiet;
    return {
      possible: yes || (!this.jsonEnabled() && canAsk()),
      ask: async (change) => {
        if (!isSilent) process.stderr.write(`${renderPlan(change)}\n`);
        const message = `Apply this change to cluster ${change.name}?`;
        return confirm({ message, yes, mayAsk: true, otherwise: 'nothing was changed', signal });
      },
    };
  }

  protected override async catch(thrown: Error): Promise<void> {
    const command = (this.id ?? '').replaceAll(':', ' ');
    const error = asUsageError(thrown, { command, flags: this.#flagNames() });
    process.exitCode = error instanceof SwarmctlError ? error.exitCode : EXIT.failed;
    this.#log?.fail(error);
    this.#events?.line('result', this.toErrorJson(error) as object);
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(error));
      return;
    }
    const { renderError } = await import('../ui/render-error.ts');
    const { hasColors } = await import('../ui/terminal.ts');
    process.stderr.write(
      renderError(error, {
        logFile: this.#log?.file,
        bundle: this.#bundle,
        color: hasColors(),
        bin: this.config.bin,
      }),
    );
  }

  #flagNames(): string[] {
    const flags = Object.entries({ ...this.ctor.baseFlags, ...this.ctor.flags });
    const no = flags.flatMap(([name, flag]) =>
      flag.type === 'boolean' && flag.allowNo ? [`no-${name}`] : [],
    );
    return [...flags.map(([name]) => name), ...no, 'json', 'help'];
  }

  protected override toSuccessJson(result: unknown): unknown {
    return { ok: true, result, warnings: this.#warnings };
  }

  protected override toErrorJson(error: unknown): unknown {
    const known = error instanceof SwarmctlError ? error : undefined;
    return {
      ok: false,
      error: {
        code: known?.code ?? 'UNEXPECTED',
        message: reasonOf(error),
        ...(known?.host !== undefined && { host: known.host }),
        ...(known?.step !== undefined && { step: known.step }),
        ...severalOf(error),
        suggestions: known?.suggestions ?? [],
        ...(this.#bundle !== undefined && { bundle: this.#bundle }),
      },
      warnings: this.#warnings,
    };
  }
}

/** Each failure, where several were thrown together. */
function severalOf(error: unknown) {
  const failures = failuresOf(error);
  if (failures.length < 2) return {};
  return {
    failures: failures.map((failure) => {
      const { code, host = null, step = null } = failure instanceof SwarmctlError ? failure : {};
      return { code: code ?? 'UNEXPECTED', host, step, message: reasonOf(failure) };
    }),
  };
}
