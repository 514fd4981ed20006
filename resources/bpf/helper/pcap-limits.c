// SPDX-License-Identifier: MIT
/*
 * libpcap can also capture D-Bus, USB, Bluetooth and netfilter queues, and asks each for devices by these functions. The helper
 * opens network interfaces only: with these in their place that code, and the libraries it needs, stay out of it.
 * Nor does a filter look up names: `host` takes an address.
 */
#include <netdb.h>
#include <pcap/pcap.h>

#define NO_SOURCE(name)                                                                        \
	int name##_findalldevs(void *devices, char *error);                                    \
	pcap_t *name##_create(const char *device, char *error, int *is_ours);                  \
	int name##_findalldevs(void *devices, char *error)                                     \
	{                                                                                      \
		(void)devices;                                                                 \
		(void)error;                                                                   \
		return 0;                                                                      \
	}                                                                                      \
	pcap_t *name##_create(const char *device, char *error, int *is_ours)                   \
	{                                                                                      \
		(void)device;                                                                  \
		(void)error;                                                                   \
		*is_ours = 0;                                                                  \
		return NULL;                                                                   \
	}

NO_SOURCE(dbus)
NO_SOURCE(usb)
NO_SOURCE(bt)
NO_SOURCE(bt_monitor)
NO_SOURCE(netfilter)

/* Linked with --wrap=getaddrinfo: libpcap gets numbers read, and every name refused. */
int __real_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found);
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found);
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
	struct addrinfo numeric = {0};

	if (hints)
		numeric = *hints;
	numeric.ai_flags |= AI_NUMERICHOST;
	return __real_getaddrinfo(host, service, &numeric, found);
}
