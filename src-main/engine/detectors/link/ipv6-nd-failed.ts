import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { plural } from '../words';
import { isUnanswered, unansweredQuestion } from './unanswered';

/** Nobody has the IPv6 address that somebody wants to reach. */
export const ipv6NdFailed = defineDetector({
  id: 'ipv6-nd-failed',
  severity: 'warning',
  references: ['RFC 4861 §7.2', 'RFC 4861 §10'],
  needs: ['ipv6'],
  detect(facts, { nd_requests, nd_wait_s }) {
    const { neighbours, context } = facts;
    const askers = new Set(
      neighbours.questions.filter(({ duplicateDetection }) => !duplicateDetection).map(({ asker }) => asker),
    );
    return neighbours.questions.flatMap(question => {
      const { asker, target, duplicateDetection, frames } = question;
      if (duplicateDetection || !isUnanswered(facts, question, { requests: nd_requests, wait_s: nd_wait_s })) return [];
      const isOurs = context.ownAddresses.includes(asker) || askers.size === 1;
      return {
        ...unansweredQuestion(facts, question, nd_requests, isOurs),
        evidence: ofFrames(frames, 'neighbour_solicitation', { target }),
      };
    });
  },
  text: {
    en: {
      title: 'IPv6 neighbour does not answer',
      summary: ({ asker, target, requests }) =>
        `Nobody answered ${plural(requests, 'neighbour solicitation')} of ${asker} for ${target}.`,
      advice: () => [
        'The machine is off or in another VLAN, the address is wrong, or multicast (MLD snooping) does not reach it.',
      ],
    },
    'zh-CN': {
      title: 'IPv6 邻居无应答',
      summary: ({ asker, target, requests }) => `${asker} 对 ${target} 的 ${requests} 个邻居请求无人应答。`,
      advice: () => ['目标关机或位于其他 VLAN、地址有误，或组播（MLD snooping）未能到达。'],
    },
  },
});
