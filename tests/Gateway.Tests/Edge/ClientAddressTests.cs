using System.Net;
using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Syntax;
using SseGateway.Edge.Admission;
using Xunit;

namespace Gateway.Tests.Edge;

public sealed class ClientAddressTests
{
    private static readonly string[] Trusted = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.7"];

    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.3.4", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1, 192.0.2.7,10.2.3.4", "198.51.100.1")]
    [InlineData("10.0.0.1", "10.9.9.9, 10.2.3.4", "10.9.9.9")]
    [InlineData("10.0.0.1", "1.1.1.1|198.51.100.1|10.2.3.4", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, unknown, 10.2.3.4", "10.2.3.4")]
    [InlineData("10.0.0.1", "198.51.100.1, ", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "16909060", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("2001:db8:ffff::5", "198.51.100.1", "198.51.100.1")]
    [InlineData("192.0.2.8", "198.51.100.1", "192.0.2.8")]
    public void The_client_is_the_first_from_the_right_that_is_no_trusted_proxy(string peer, string forwardedFor, string client)
    {
        Assert.Equal(IPAddress.Parse(client), ClientAddress.Resolve(IPAddress.Parse(peer), forwardedFor.Split('|'), Networks(Trusted)));
    }

    [Fact]
    public void Without_trusted_proxies_nothing_is_believed()
    {
        Assert.Equal(IPAddress.Loopback, ClientAddress.Resolve(IPAddress.Loopback, "198.51.100.1", []));
        Assert.Null(ClientAddress.Resolve(null, "198.51.100.1", Networks("0.0.0.0/0")));
    }

    // What a client puts on the left of the list cannot change the result, whatever it is.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_client_cannot_choose_its_address(int seed)
    {
        var random = new Random(seed);
        var networks = Networks(Trusted);
        for (var round = 0; round < 2_000; round++)
        {
            var client = Untrusted(random, networks);
            var forged = Enumerable.Range(0, random.Next(5)).Select(_ => Forged(random)).ToArray();
            var hops = Enumerable.Range(0, random.Next(4)).Select(_ => $"10.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}").ToArray();
            var list = forged.Append(client.ToString()).Concat(hops).ToArray();

            // Proxies append to the line or add one of their own.
            var cut = random.Next(list.Length + 1);
            var lines = new[] { string.Join(", ", list[..cut]), string.Join(",", list[cut..]) }.Where(line => line.Length > 0).ToArray();
            Assert.Equal(client, ClientAddress.Resolve(IPAddress.Parse("10.0.0.1"), new StringValues(lines), networks));
        }
    }

    // The same question answered bit by bit.
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void An_address_is_in_a_network_when_its_prefix_bits_agree(int length)
    {
        var random = new Random(length);
        for (var round = 0; round < 2_000; round++)
        {
            var prefix = random.Next((length * 8) + 1);
            var network = new byte[length];
            random.NextBytes(network);
            var address = (byte[])network.Clone();
            for (var bit = prefix; bit < length * 8; bit++)
            {
                network[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            }

            var flipped = random.Next(length * 8);
            address[flipped / 8] ^= (byte)(0x80 >> (flipped % 8));
            if (length == 16 && (new IPAddress(address).IsIPv4MappedToIPv6 || new IPAddress(network).IsIPv4MappedToIPv6))
            {
                continue;
            }

            Assert.Equal(flipped >= prefix, ClientAddress.IsTrusted(new IPAddress(address), Networks($"{new IPAddress(network)}/{prefix}")));
        }
    }

    private static IPAddress Untrusted(Random random, IReadOnlyList<IPNetwork> networks)
    {
        while (true)
        {
            var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(bytes);
            if (new IPAddress(bytes) is var address && !networks.Any(network => network.Contains(address)))
            {
                return address;
            }
        }
    }

    private static string Forged(Random random) => random.Next(5) switch
    {
        0 => "unknown",
        1 => "10.0.0.1",
        2 => "",
        3 => "\"_hidden\"",
        _ => $"{random.Next(1, 255)}.{random.Next(255)}.{random.Next(255)}.{random.Next(255)}",
    };

    private static List<IPNetwork> Networks(params string[] texts) =>
        texts.Select(text => NetworkSyntax.TryParse(text, out var network) ? network : throw new FormatException(text)).ToList();
}
