export function SignInScreen() {
  return <main className="page" />;
}
