#:property PublishAot=false

// This project's gateway, set up for the edge cases (groups 4.5, 8, 9, 10 and 11): one process for CORS, tokens, errors and replay, one whose
// limits are filled. Keys are made anew at each start. In the repository's root:
//   dotnet run harness/targets/gateway/start.cs -- [ORIGIN [PORT [FOLDER [SCHEME]]]]    (127.0.0.1:7001, 7310, artifacts/targets/gateway, http)
// takes seven ports from PORT on, and prints the command that runs the cases. Ctrl+C ends it. For https, Kestrel__Certificates__Default__Path names
// the certificate.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

var here = Path.GetDirectoryName(ThisFile())!;
var root = Path.GetFullPath("../../..", here);
var origin = args.ElementAtOrDefault(0) ?? "127.0.0.1:7001";
var port = int.Parse(args.ElementAtOrDefault(1) ?? "7310", CultureInfo.InvariantCulture);
var folder = Directory.CreateDirectory(Path.GetFullPath(args.ElementAtOrDefault(2) ?? Path.Combine(root, "artifacts/targets/gateway"))).FullName;
var scheme = args.ElementAtOrDefault(3) ?? "http";

if (Run("dotnet", ["build", Path.Combine(root, "gateway"), "-c", "Release", "-v", "q", "--nologo"]) != 0)
{
    return 1;
}

var gateway = Path.Combine(root, "gateway/bin/Release/net10.0/SseGateway.dll");
MakeKeys();
var values = new Dictionary<string, string>
{
    ["origin"] = origin,
    ["folder"] = folder,
    ["scheme"] = scheme,
    ["gateway"] = $"dotnet {gateway}",
    ["port"] = Port(0),
    ["limits"] = Port(1),
    ["limits-http2"] = Port(2),
    ["admin"] = Port(3),
    ["star"] = Port(4),
    ["provider"] = Port(5),
    ["drain"] = Port(6),
};
foreach (var file in (string[])["edge.json", "limits.json", "profile.json"])
{
    var text = values.Aggregate(File.ReadAllText(Path.Combine(here, file)), (text, value) => text.Replace("{" + value.Key + "}", value.Value));
    File.WriteAllText(Path.Combine(folder, file), text);
}

var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var gateways = new[] { Start("edge"), Start("limits") };
try
{
    foreach (var name in (string[])["edge", "limits"])
    {
        while (!stopped.Task.IsCompleted && !File.ReadAllText(Path.Combine(folder, name + ".log")).Contains("SseGateway listens on", StringComparison.Ordinal))
        {
            if (gateways.Any(process => process.HasExited))
            {
                Console.Error.WriteLine(File.ReadAllText(Path.Combine(folder, name + ".log")));
                return 1;
            }

            await Task.WhenAny(stopped.Task, Task.Delay(100));
        }
    }

    Console.WriteLine(
        $"dotnet run --project harness -- check --target {scheme}://127.0.0.1:{port}/open --origin {origin} "
            + $"--profile {Path.Combine(folder, "profile.json")} @role:G");
    await Task.WhenAny([stopped.Task, .. gateways.Select(process => process.WaitForExitAsync())]);
    return 0;
}
finally
{
    foreach (var process in gateways.Where(process => !process.HasExited))
    {
        process.Kill();
        process.WaitForExit();
    }
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopped.TrySetResult();
}

string Port(int number) => (port + number).ToString(CultureInfo.InvariantCulture);

int Run(string program, string[] arguments)
{
    using var process = Process.Start(program, arguments);
    process.WaitForExit();
    return process.ExitCode;
}

// Its output goes to a file that the cases look for tokens in; a shell writes it, so that it ends with the gateway alone.
Process Start(string name)
{
    var log = Path.Combine(folder, name + ".log");
    File.WriteAllText(log, "");
    var process = Process.Start("/bin/sh", ["-c", "exec dotnet \"$0\" --config \"$1\" > \"$2\" 2>&1", gateway, Path.Combine(folder, name + ".json"), log]);
    File.WriteAllText(Path.Combine(folder, name + ".pid"), process.Id.ToString(CultureInfo.InvariantCulture));
    return process;
}

void MakeKeys()
{
    using var rsa = RSA.Create(2048);
    using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    WriteSecret("rsa.pem", rsa.ExportPkcs8PrivateKeyPem());
    WriteSecret("ec.pem", ec.ExportPkcs8PrivateKeyPem());
    var (numbers, point) = (rsa.ExportParameters(false), ec.ExportParameters(false).Q);
    File.WriteAllText(Path.Combine(folder, "jwks.json"), $$"""
        {"keys":[
          {"kty":"RSA","alg":"RS256","use":"sig","kid":"rsa","n":"{{Base64(numbers.Modulus)}}","e":"{{Base64(numbers.Exponent)}}"},
          {"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"ec","x":"{{Base64(point.X)}}","y":"{{Base64(point.Y)}}"}
        ]}
        """);
}

void WriteSecret(string name, string text)
{
    var path = Path.Combine(folder, name);
    File.Delete(path);
    using var file = new StreamWriter(
        path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
    file.Write(text);
}

static string Base64(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

static string ThisFile([CallerFilePath] string path = "") => path;
