// Of libpcap's file format (draft-ietf-opsawg-pcap): what whoever writes it and whoever reads it agree on.

/** Bytes before the first record, and before the bytes of each packet. */
export const PCAP_HEADER = 24;
export const PCAP_RECORD_HEADER = 16;
export const PCAP_MAGIC_MICROS = 0xa1b2c3d4;
export const PCAP_MAGIC_NANOS = 0xa1b23c4d;
