using System.Text.RegularExpressions;
using Docs.Tests.Pages;
using Docs.Tests.Running;

namespace Docs.Tests.Commands;

/// <summary>A command that starts the gateway, on a port that is free. Other than that it is as it stands on the page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">Where its block begins.</param>
/// <param name="Arguments">The gateway's.</param>
internal sealed partial record GatewayCommand(string Page, int Line, IReadOnlyList<string> Arguments)
{
    private static readonly string[] Start = ["dotnet", "run", "--project", "gateway", "--"];

    // Given anew: addresses may be taken, and compiling ahead takes two seconds of CPU time.
    private static readonly string[] Replaced = ["--urls", "--admin-url", "--warm-up"];

    /// <summary>Those of all pages, each once.</summary>
    public static IEnumerable<GatewayCommand> All() =>
        from block in Repository.Blocks("sh").Values
        from command in ShellBlock.Commands(block.Text)
        let words = ShellBlock.Words(command)
        where words.Take(Start.Length).SequenceEqual(Start)
        select new GatewayCommand(block.Page, block.Line, [.. words.Skip(Start.Length)]);

    public async Task<ExampleProcess> StartAsync(ExampleFolder folder)
    {
        if (Value("--config") is { } file)
        {
            folder.Write(file, Settings());
        }

        var program = Path.Combine(AppContext.BaseDirectory, "SseGateway.dll");
        string[] arguments = [program, .. Others(), "--urls", "http://127.0.0.1:0", "--admin-url", "off", "--warm-up", "false"];
        return (await ExampleProcess.StartAsync(folder.Path, "dotnet", arguments, ListensOn())).Process;
    }

    /// <summary>The file that the page has shown last, on a port that is free.</summary>
    private string Settings()
    {
        var shown = Repository.Pages[Page].Blocks.Last(block => block.Language == "json" && block.Line < Line);
        return AnyAddress().Replace(shown.Text, "://127.0.0.1:0");
    }

    private string? Value(string flag) => Arguments.SkipWhile(word => word != flag).Skip(1).FirstOrDefault();

    private IEnumerable<string> Others() => Arguments.Where((word, i) => !Replaced.Contains(word) && !(i > 0 && Replaced.Contains(Arguments[i - 1])));

    [GeneratedRegex("listens on (https?://[0-9.:]+)")]
    private static partial Regex ListensOn();

    [GeneratedRegex(@"://\*:\d+")]
    private static partial Regex AnyAddress();
}
