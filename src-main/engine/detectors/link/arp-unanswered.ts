import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { plural } from '../words';
import { isUnanswered, unansweredQuestion } from './unanswered';

/** Nobody has the address that somebody wants to reach. */
export const arpUnanswered = defineDetector({
  id: 'arp-unanswered',
  severity: 'warning',
  references: ['RFC 826', 'RFC 1122 §2.3.2.1'],
  needs: ['arp'],
  detect(facts, { arp_requests, arp_wait_s }) {
    const { arp, context, localMacs } = facts;
    return arp.questions.flatMap(question => {
      const { asker, askerMac, target, openFrames, probe } = question;
      if (probe || !isUnanswered(facts, question, { requests: arp_requests, wait_s: arp_wait_s })) return [];
      const isOurs = context.ownAddresses.includes(asker) || localMacs.includes(askerMac);
      // Where nothing tells whose capture it is, an asker that is the only one may be it.
      const isOnlyAsker = arp.senders.filter(({ requests }) => requests > 0).length === 1;
      return {
        ...unansweredQuestion(facts, question, arp_requests, isOurs || isOnlyAsker),
        evidence: ofFrames(openFrames, 'arp_request', { 'arp.dst.proto_ipv4': target }),
      };
    });
  },
  text: {
    en: {
      title: 'ARP request without answer',
      summary: ({ asker, target, requests, gateway }) =>
        `Nobody answered ${plural(requests, 'ARP request')} of ${asker} for ${target}${gateway ? ', the gateway' : ''}.`,
      advice: ({ gateway }) => [
        gateway
          ? 'Without the gateway nothing beyond this network can be reached: check the cable, the VLAN and the router.'
          : 'The machine is off, in another VLAN, or the address or subnet mask is wrong.',
      ],
    },
    'zh-CN': {
      title: 'ARP 请求无应答',
      summary: ({ asker, target, requests, gateway }) =>
        `${asker} 对 ${target}${gateway ? '（网关）' : ''}的 ${requests} 个 ARP 请求无人应答。`,
      advice: ({ gateway }) => [
        gateway
          ? '没有网关就无法访问本网络之外：检查网线、VLAN 和路由器。'
          : '目标机器关机、位于其他 VLAN，或地址、子网掩码有误。',
      ],
    },
  },
});
