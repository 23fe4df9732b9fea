using System.CommandLine;
using LoadTests.Running;

namespace LoadTests.Scenarios.Chat;

internal static class ChatCommand
{
    private static readonly LoadOptions Defaults = new()
    {
        Clients = 500,
        Ramp = TimeSpan.FromSeconds(5),
        Hold = TimeSpan.FromSeconds(30),
        Rate = 0.2,
        Size = 100,
    };

    public static Command Create()
    {
        var room = LoadCommandLine.Number("--room", "N", "People in a room", 20, 1, 1000);
        return new LoadCommand(
            "chat", "People sign in to the reference chat and talk: how long until they see what they have said", Defaults, (parsed, options) =>
                new ChatScenario(options, parsed.GetValue(room)), room);
    }
}
