using System.Globalization;
using System.Runtime.InteropServices;
using SseGateway.Hosting;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class NativeHeapTests
{
    [Fact]
    public void Pages_in_which_nothing_lies_any_more_go_back_to_the_system()
    {
        const int Blocks = 200_000;
        const int BlockBytes = 1024;

        // Every hundredth stays, as what is kept for a connection does after its handshake: so nothing is given back unasked.
        var blocks = Enumerable.Range(0, Blocks).Select(_ => Allocate(BlockBytes)).ToArray();
        foreach (var (i, block) in blocks.Index())
        {
            if (i % 100 > 0) Marshal.FreeHGlobal(block);
        }

        var before = ResidentKilobytes();
        NativeHeap.Trim();
        var given = before - ResidentKilobytes();

        for (var i = 0; i < Blocks; i += 100) Marshal.FreeHGlobal(blocks[i]);
        Assert.InRange(given, Blocks / 2, int.MaxValue);
    }

    private static nint Allocate(int bytes)
    {
        var block = Marshal.AllocHGlobal(bytes);
        for (var i = 0; i < bytes; i += 8) Marshal.WriteInt64(block, i, 1);
        return block;
    }

    // Memory of the process's own, as the kernel counts it.
    private static int ResidentKilobytes()
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture);
    }
}
