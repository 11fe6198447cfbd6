import * as Args from '@oclif/core/args';
import type { Topic } from '../guidance/topics.ts';
import { BaseCommand } from '../shell/base-command.ts';

export default class Explain extends BaseCommand {
  static override summary = 'say what an error, a check or a state means, and what to do';
  static override description =
    'TOPIC is the code of an error (LOCKED), a check of preflight (reach), or what status says of a ' +
    'node or a cluster (Pending). Without one it lists all. Asks nobody.';
  static override examples = [
    '<%= config.bin %> explain',
    '<%= config.bin %> explain LOCKED',
    '<%= config.bin %> explain reach',
    '<%= config.bin %> explain Pending',
  ];
  static override args = {
    topic: Args.string({ description: 'code of an error, check of preflight, or state' }),
  };

  async run(): Promise<readonly Topic[]> {
    const { args } = await this.parse(Explain);
    const { topicOf, topics } = await import('../guidance/topics.ts');
    const { renderTopic, renderTopics } = await import('../ui/render-explained.ts');
    if (args.topic === undefined) {
      this.log(renderTopics(topics));
      return topics;
    }
    const topic = topicOf(args.topic);
    this.log(renderTopic(topic));
    return [topic];
  }
}
