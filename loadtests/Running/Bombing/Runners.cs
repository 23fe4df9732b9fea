#if NBOMBER
using LoadTests.Running.Bombing.Host;
#endif

namespace LoadTests.Running.Bombing;

/// <summary>Who brings the clients.</summary>
internal static class Runners
{
#pragma warning disable CA1859 // With NBomber there are two.
    public static IRunner Of(BombingOptions? bombing) =>
#if NBOMBER
        bombing is null ? new EmbeddedRunner() : new NBomberHost(bombing);
#else
        bombing is null ? new EmbeddedRunner() : throw new InvalidOperationException("Asked for without being there.");
#endif
#pragma warning restore CA1859
}
