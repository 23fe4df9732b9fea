using SseGateway;

// Socket continuations run on the polling threads: two thread hops fewer per event. The runtime reads this
// when the first socket is made, so it has to be set before anything else; nothing in this process may block those threads.
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
{
    Environment.SetEnvironmentVariable(InlineCompletions, "1");
}

return await GatewayApp.RunAsync(args);

internal static partial class Program
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
}
