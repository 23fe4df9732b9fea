using System.Runtime.CompilerServices;
using Gateway.Tests.Streams;
using SseGateway.Hosting;
using Xunit;

namespace Gateway.Tests.Hosting;

public sealed class HeapTrimTests
{
    private readonly StreamsUnderTest _streams = new();

    [Fact]
    public void What_many_openings_left_behind_is_given_back_when_it_is_calm()
    {
        var trim = new HeapTrim(_streams.Registry);
        var streams = Enumerable.Range(0, 500).Select(_ => _streams.Begin()).ToList();
        trim.Sweep();
        var garbage = OldGarbage();

        trim.Sweep();

        Assert.False(garbage.IsAlive);
        streams.ForEach(stream => stream.Dispose());
    }

    // Survived until it is of the generation that no small collection looks at.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OldGarbage()
    {
        var garbage = new byte[100];
        GC.Collect(1);
        GC.Collect(1);
        var reference = new WeakReference(garbage);
        GC.KeepAlive(garbage);
        return reference;
    }
}
