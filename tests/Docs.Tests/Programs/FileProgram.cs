using Docs.Tests.Pages;
using Docs.Tests.Running;
using Microsoft.AspNetCore.Builder;

namespace Docs.Tests.Programs;

/// <summary>A program in one file, as <c>dotnet run FILE.cs</c> takes it: compiled by the same compiler, without a project of its own.</summary>
/// <param name="source">The file's text.</param>
internal sealed class FileProgram(string source)
{
    private const string Sdk = "#:sdk ";
    private const string Project = "#:project ";

    private static readonly string[] Usings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] WebUsings =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    /// <summary>True for one that serves.</summary>
    public bool IsWeb => Directives(Sdk).Contains("Microsoft.NET.Sdk.Web");

    /// <summary>Compiles it into a folder from which it can be started. Warnings are errors.</summary>
    /// <returns>The program's path.</returns>
    public async Task<string> CompileAsync(ExampleFolder folder)
    {
        var program = Path.Combine(folder.Path, "program.dll");
        string[] arguments =
        [
            "/nologo", "/noconfig", "/langversion:latest", "/nullable:enable", "/warnaserror", "/features:FileBasedProgram", $"/out:{program}",
            .. References().Select(reference => $"/reference:{reference}"),
            folder.Write("program.cs", source),
            folder.Write("usings.cs", string.Concat((IsWeb ? Usings.Concat(WebUsings) : Usings).Select(name => $"global using {name};\n"))),
        ];
        folder.Write("program.rsp", string.Join('\n', arguments.Select(argument => $"\"{argument}\"")));
        // By the server that has compiled the tests, where it still runs: one of its own takes two seconds of processor time to compile itself.
        var (exitCode, output) = await ExampleProcess.RunAsync(
            folder.Path, "dotnet", Repository.Metadata("Compiler"), "/shared", "/keepalive:10", "@program.rsp");
        if (exitCode != 0)
        {
            throw new InvalidDataException(output);
        }

        File.Copy(Path.Combine(AppContext.BaseDirectory, "Docs.Tests.runtimeconfig.json"), Path.Combine(folder.Path, "program.runtimeconfig.json"));
        foreach (var library in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Concat(NativeLibraries()))
        {
            File.CreateSymbolicLink(Path.Combine(folder.Path, Path.GetFileName(library)), library);
        }

        return program;
    }

    // SQLite's, for the demo; the framework's own are found without.
    private static IEnumerable<string> NativeLibraries() =>
        from directory in ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!).Split(Path.PathSeparator)
        where directory.StartsWith(Path.Combine(AppContext.BaseDirectory, "runtimes"), StringComparison.Ordinal)
        from library in Directory.GetFiles(directory)
        select library;

    // What the SDK and the projects that the file names bring, and no more.
    private IEnumerable<string> References()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var web = Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!;
        var projects = Directives(Project).Select(Assembly).ToArray();
        return
            from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            let folder = Path.GetDirectoryName(path)
            where folder == framework || (IsWeb && folder == web) || projects.Contains(Path.GetFileNameWithoutExtension(path))
            select path;
    }

    // A folder of the repository has one project.
    private static string Assembly(string project)
    {
        var file = Directory.GetFiles(Path.Combine(Repository.Root, project), "*.csproj").Single();
        return Path.GetFileNameWithoutExtension(file);
    }

    private IEnumerable<string> Directives(string kind) =>
        source.Split('\n').Where(line => line.StartsWith(kind, StringComparison.Ordinal)).Select(line => line[kind.Length..].Trim());
}
