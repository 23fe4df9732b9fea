using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Documentation;

/// <summary>The table of settings in docs/settings.md is all there is and nothing else, with the defaults that hold.</summary>
public sealed class SettingsTableTests
{
    private const string EachRoute = $"Routes:{KnownSettings.Any}:";

    private static readonly IReadOnlyList<IReadOnlyDictionary<string, string>> Rows =
        DocsTable.Read("settings.md", "Setting", "Flag", "Default", "Unit", "Route", "Meaning");

    public static TheoryData<string> Settings => [.. Rows.Select(Path).Where(path => path.Length > 0 && !path.Contains(KnownSettings.Any))];

    [Fact]
    public void Names_every_setting_and_no_other()
    {
        var known = KnownSettings.All().Where(path => !path.StartsWith(EachRoute, StringComparison.Ordinal)).ToArray();
        Assert.True(known.Length > 40);
        Assert.Equal(known.Order(), Rows.Select(Path).Where(path => path.Length > 0).Order());
    }

    [Fact]
    public void Marks_those_that_a_route_can_have_for_itself()
    {
        var ofRoutes = KnownSettings.All().Where(path => path.StartsWith(EachRoute, StringComparison.Ordinal)).Select(path => path[EachRoute.Length..])
            .Except(["Timeouts:Connect", "Timeouts:ConnectionLifetime", "Timeouts:Unacknowledged"]); // Read there to say that it cannot be.
        Assert.Equal(ofRoutes.Order(), Rows.Where(row => row["Route"] == "yes").Select(Path).Order());
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Default_is_what_holds_without_the_setting(string path)
    {
        var row = Rows.Single(row => Path(row) == path);
        var (unset, _) = KnownSettings.Load("Limits:Streams", "0");
        var (set, errors) = KnownSettings.Load(path, row["Default"]);
        if (path == "Admin:Url")
        {
            // Not set it may give way to another port.
            Assert.Equal(AdminSettings.DefaultUrl, row["Default"]);
            return;
        }

        Assert.Empty(errors);
        Assert.Equivalent(unset, set, strict: true);
    }

    [Fact]
    public void Has_the_flags_of_the_command_line_with_the_defaults_of_its_help()
    {
        var flags = GatewayFlags.Create();
        Assert.Equal(flags.Select(flag => flag.Option.Name).Order(), Rows.Select(row => row["Flag"]).Where(flag => flag.Length > 0).Order());
        foreach (var flag in flags)
        {
            var row = Rows.Single(row => row["Flag"] == flag.Option.Name);
            if (flag.Path is { } path && path.StartsWith("SseGateway:", StringComparison.Ordinal))
            {
                Assert.Equal(path["SseGateway:".Length..], Path(row));
            }

            // Where there is no value, the help says in words what that means.
            if (row["Default"].Length > 0)
            {
                Assert.EndsWith($" [default: {row["Default"]}]", flag.Option.Description, StringComparison.Ordinal);
            }
        }
    }

    private static string Path(IReadOnlyDictionary<string, string> row) => row["Setting"];
}
