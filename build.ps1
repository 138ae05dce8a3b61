dotnet tool restore
dotnet csharpier check .
dotnet build Robustness.sln
dotnet test --no-build Robustness.sln
