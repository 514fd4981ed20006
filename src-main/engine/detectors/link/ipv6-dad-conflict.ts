import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';

/** Somebody answers a machine that checks whether the address it wants is free. */
export const ipv6DadConflict = defineDetector({
  id: 'ipv6-dad-conflict',
  severity: 'critical',
  references: ['RFC 4862 §5.4'],
  needs: ['ipv6'],
  detect({ neighbours }) {
    return neighbours.questions.flatMap(
      ({ target, duplicateDetection, answered, answerFrame, answerTs, frames, openSince, requests }) => {
        // The advertisement of the new owner itself comes after a second: it waits that long for objections.
        if (!duplicateDetection || answered === 0 || answerTs - openSince >= 0.95) return [];
        return {
          about: target,
          count: requests,
          evidence: [
            ...ofFrames(frames, 'duplicate_address_detection', { target }),
            { packet: answerFrame, ts: answerTs, role: 'neighbour_advertisement' },
          ],
          metrics: { target },
        };
      },
    );
  },
  text: {
    en: {
      title: 'IPv6 address already in use',
      summary: ({ target }) =>
        `A machine wanted to take ${target}, and another answered that it has it: the address stays unused there.`,
      advice: () => ['Look for a static address twice, a cloned virtual machine, or an attacker that answers every check.'],
    },
    'zh-CN': {
      title: 'IPv6 地址已被使用',
      summary: ({ target }) => `一台机器欲使用 ${target}，另一台机器应答已占用：该地址在前者上无法启用。`,
      advice: () => ['检查重复的静态地址、克隆的虚拟机，或对所有检测都应答的攻击者。'],
    },
  },
});
